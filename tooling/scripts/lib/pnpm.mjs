// Runs the pinned pnpm through npx, so that nothing but Node and npm has to be there.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readJson, root } from "./workspace.mjs";

/** `pnpm@x.y.z`, from the one place that pins it. */
export const pinned = readJson(join(root, "package.json")).packageManager;

/** Runs pnpm and resolves to its exit code and output; with `inherit` the output goes straight to the terminal. */
export function pnpm(args, { cwd = root, inherit = false, env = {} } = {}) {
  // Under pnpm itself (`pnpm check`) npm_execpath is that pnpm already.
  const own = process.env.npm_execpath;
  const underPnpm = own && /pnpm[^/\\]*$/.test(own);
  const [command, prefix] = underPnpm ? [process.execPath, [own]] : [npx, ["-y", pinned]];
  return run(command, [...prefix, ...args], { cwd, inherit, env: { ...quietEnv(), ...env } });
}

/** Runs any program in the same way. */
export function run(command, args, { cwd = root, inherit = false, env = quietEnv() } = {}) {
  return new Promise((resolve) => {
    // npx is a .cmd file on Windows, which only a shell starts.
    const shell = process.platform === "win32" && command === npx;
    const child = spawn(command, args, { cwd, env, shell, stdio: inherit ? "inherit" : ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout?.on("data", (chunk) => (output += chunk));
    child.stderr?.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => resolve({ code: 127, output: `${command}: ${error.message}\n` }));
    child.on("close", (code, signal) => resolve({ code: code ?? 1, output, signal }));
  });
}

/** True when node_modules holds all that the lockfile asks for: pnpm keeps a copy of what it installed. */
export function fullyInstalled() {
  try {
    const current = readFileSync(join(root, "node_modules/.pnpm/lock.yaml"), "utf8");
    return installedWithDev() && current === readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
  } catch {
    return false;
  }
}

/** True in a tree that a developer works in, where the root has its devDependencies. */
export function installedWithDev() {
  return existsSync(join(root, "node_modules/vitest"));
}

const npx = process.platform === "win32" ? "npx.cmd" : "npx";

// npm hands its settings down as variables; a nested npm or pnpm warns about those that it does not know.
function quietEnv() {
  const env = {
    ...process.env,
    npm_config_loglevel: "error",
    npm_config_update_notifier: "false",
    TURBO_TELEMETRY_DISABLED: "1",
  };
  for (const name of [
    "npm_config_npm_version",
    "npm_config_global_prefix",
    "npm_config_local_prefix",
    "npm_config_noproxy",
  ]) {
    delete env[name];
  }
  return env;
}
