import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import type { Tasks } from "./main.js";

// It takes minutes to build, so only the full check installs it, beside the workspace.
const modules = process.env.NN_GL ?? resolve(import.meta.dirname, "../../../.ci/gl/node_modules");
const built = existsSync(resolve(modules, "gl/build/Release/webgl.node"));
const hasDisplay = process.env.DISPLAY !== undefined;
const hasXvfb = spawnSync("xvfb-run", ["--help"]).status === 0;

/** Why this machine has no headless-gl; undefined where it has. */
export const noHeadlessGL = !built
  ? "npm's gl is not built here: npm install --prefix .ci/gl, or NN_GL names a node_modules folder that has it"
  : hasDisplay || hasXvfb
    ? undefined
    : "there is no display: apt-get install xvfb xauth";
if (noHeadlessGL !== undefined) console.log(`Tests on headless-gl are skipped: ${noHeadlessGL}`);

/** Runs a task of main.ts in a process of its own: headless-gl works on the main thread only. */
export async function onHeadlessGL<N extends keyof Tasks>(task: N): Promise<Awaited<ReturnType<Tasks[N]>>> {
  const main = resolve(import.meta.dirname, "main.ts");
  const node = [process.execPath, "--conditions=@nn/source", "--import=tsx", main, task];
  const [command, ...rest] = hasDisplay ? node : ["xvfb-run", "-a", ...node];
  const { stdout } = await promisify(execFile)(command, rest, {
    cwd: import.meta.dirname,
    env: { ...process.env, NODE_PATH: modules },
    maxBuffer: 2 ** 26,
  });
  return JSON.parse(stdout);
}
