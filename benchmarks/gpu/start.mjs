// pnpm bench:gpu [--quick] [--json FILE]: installs what it compares with, once, and runs.
import { existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { installPeers, runProgram } from "../start-with-peers.mjs";

const dir = import.meta.dirname;
const packages = join(dir, "../../packages");

installPeers(dir);
// Ours come from this checkout.
mkdirSync(join(dir, "node_modules/@nn"), { recursive: true });
for (const name of readdirSync(packages)) {
  const link = join(dir, "node_modules/@nn", name);
  if (!existsSync(link)) symlinkSync(join(packages, name), link, "junction");
}
runProgram(dir, "main.mjs");
