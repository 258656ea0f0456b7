// pnpm bench [filter] [--quick] [--json FILE] [--markdown]: installs what the benchmarks compare with, once, and runs them.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const dir = import.meta.dirname;

if (!existsSync(join(dir, "../packages/tensor/node_modules"))) {
  console.error("The workspace is not installed: npx pnpm@10.34.5 install");
  process.exit(1);
}

const stamp = join(dir, "node_modules", ".installed");
const wanted = readFileSync(join(dir, "package.json"), "utf8");
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== wanted) {
  console.error("Installing the libraries to compare with, once …");
  // Versions are exact; a lock would hold the address of whichever registry made it. No install script is needed.
  const flags = ["--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  const npm = spawnSync("npm", ["install", ...flags], {
    cwd: dir,
    stdio: ["ignore", 2, 2],
    shell: process.platform === "win32",
  });
  if (npm.status !== 0) process.exit(npm.status ?? 1);
  writeFileSync(stamp, wanted);
}

const flags = ["--conditions=@nn/source", "--expose-gc", "--import", "tsx", "bench.mjs", ...process.argv.slice(2)];
const child = spawn(process.execPath, flags, {
  cwd: dir,
  stdio: "inherit",
  env: { ...process.env, BENCH_CWD: process.cwd() },
});
child.on("exit", (code) => process.exit(code ?? 1));
