// npm start -- [app] [arguments]: installs what the app needs, once, and runs it from source.
import "./lib/node-version.mjs";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { fullyInstalled, installedWithDev, pnpm } from "./lib/pnpm.mjs";
import { root, workspaces } from "./lib/workspace.mjs";

const apps = workspaces("apps").map((app) => app.folder);
const args = process.argv.slice(2);
const app = args[0] !== undefined && !args[0].startsWith("-") ? args.shift() : "digits";

if (!apps.includes(app)) {
  console.error(`No app is called "${app}". There are: ${apps.join(", ")}.`);
  process.exit(1);
}

// WebGPU for Node is 132 MB of drivers: only for those who name it.
const webgpu = join(root, "tooling/webgpu");
const backend = args.findLast((arg, i) => args[i - 1] === "--backend" || arg.startsWith("--backend="));
const gpu = backend?.replace("--backend=", "") === "gpu";
const auto = backend?.replace("--backend=", "") === "auto";

await install();
run();

async function install() {
  if (fullyInstalled()) return;
  // A tree that somebody works in keeps what it has.
  const dev = installedWithDev();
  const stamp = join(root, "node_modules", `.start-${app}${gpu ? "-gpu" : ""}`);
  const wanted = createHash("sha256")
    .update(readFileSync(join(root, "pnpm-lock.yaml")))
    .digest("hex");
  if (!dev && existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;

  const needs = [`@nn-apps/${app}...`, ...(gpu ? ["@nn-tooling/webgpu"] : [])];
  console.error(`Installing what apps/${app} needs${gpu ? ", and WebGPU for Node (132 MB)" : ""}, once …`);
  const only = dev ? [] : [...needs.flatMap((name) => ["--filter-prod", name]), "--prod"];
  const { code, output } = await pnpm(["install", ...only, "--frozen-lockfile"], { env: { CI: "true" } });
  if (code !== 0) {
    console.error(output);
    console.error("The install failed; see above.");
    process.exit(code);
  }
  mkdirSync(join(root, "node_modules"), { recursive: true });
  if (!dev) writeFileSync(stamp, wanted);
}

function run() {
  const dir = join(root, "apps", app);
  // tsx belongs to the app, so that it is there after an install for this app alone.
  const tsx = createRequire(join(dir, "package.json")).resolve("tsx");
  const main = join(dir, "src/main.ts");
  const flags = ["--conditions=@nn/source", "--import", pathToFileURL(tsx).href];
  if ((gpu || auto) && existsSync(join(webgpu, "node_modules/webgpu"))) {
    flags.push("--import", pathToFileURL(join(webgpu, "src/main.mjs")).href);
  }
  const child = spawn(process.execPath, [...flags, main, ...args], { stdio: "inherit" });

  // A terminal sends Ctrl-C to the app as well; anyone else may have told only this process, or only npm's shell,
  // which then dies without a word to us.
  const terminal = process.stdin.isTTY || process.stdout.isTTY;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill("SIGINT");
  }, 200);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !terminal) child.kill(signal);
    });
  }
  child.on("exit", (code, signal) => {
    clearInterval(watch);
    if (signal === null) process.exit(code);
    // Die of the same signal, so that the shell sees what happened.
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}
