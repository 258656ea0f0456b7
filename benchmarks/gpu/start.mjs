// pnpm bench:gpu [--quick] [--json FILE]: installs what it compares with, once, and runs.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const dir = import.meta.dirname;
const packages = join(dir, "../../packages");

if (!existsSync(join(packages, "tensor/node_modules"))) {
  console.error("The workspace is not installed: npx pnpm@10.34.5 install");
  process.exit(1);
}

const stamp = join(dir, "node_modules", ".installed");
const wanted = readFileSync(join(dir, "package.json"), "utf8");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.error("Installing the libraries to compare with, once …");
  const flags = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  const npm = spawnSync("npm", ["install", ...flags], {
    cwd: dir,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  writeFileSync(stamp, wanted);
}
// Ours come from this checkout.
mkdirSync(join(dir, "node_modules/@nn"), { recursive: true });
for (const name of readdirSync(packages)) {
  const link = join(dir, "node_modules/@nn", name);
  if (!existsSync(link)) symlinkSync(join(packages, name), link, "junction");
}

const flags = ["--conditions=@nn/source", "--import", "tsx", "main.mjs", ...process.argv.slice(2)];
const child = spawn(process.execPath, flags, {
  cwd: dir,
  stdio: "inherit",
  env: { ...process.env, BENCH_CWD: process.cwd() },
});
child.on("exit", (code) => process.exit(code ?? 1));
