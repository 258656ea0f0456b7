import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Installs what a folder's package.json names, once; ends the process where it cannot. */
export function installPeers(dir) {
  if (!existsSync(join(import.meta.dirname, "../packages/tensor/node_modules"))) {
    console.error("The workspace is not installed: npx pnpm@10.34.5 install");
    process.exit(1);
  }
  const stamp = join(dir, "node_modules", ".installed");
  const wanted = readFileSync(join(dir, "package.json"), "utf8");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
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

/** Runs a program of the folder on the packages' sources, with the arguments of this one, and ends as it ends. */
export function runProgram(dir, program, flags = []) {
  const all = ["--conditions=@nn/source", ...flags, "--import", "tsx", program, ...process.argv.slice(2)];
  const child = spawn(process.execPath, all, {
    cwd: dir,
    stdio: "inherit",
    env: { ...process.env, BENCH_CWD: process.cwd() },
  });
  child.on("exit", (code) => process.exit(code ?? 1));
}
