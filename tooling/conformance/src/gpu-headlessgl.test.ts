import { execFile, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import type { HeadlessReport } from "./main.js";

// It takes minutes to build, so only the full check installs it, beside the workspace.
const modules = process.env.NN_GL ?? resolve(import.meta.dirname, "../../../.ci/gl/node_modules");
const built = existsSync(resolve(modules, "gl/build/Release/webgl.node"));
const hasDisplay = process.env.DISPLAY !== undefined;
const hasXvfb = spawnSync("xvfb-run", ["--help"]).status === 0;

const why = !built
  ? "npm's gl is not built here: npm install --prefix .ci/gl, or NN_GL names a node_modules folder that has it"
  : hasDisplay || hasXvfb
    ? undefined
    : "there is no display: apt-get install xvfb xauth";
if (why !== undefined) console.log(`Tests on headless-gl are skipped: ${why}`);

describe.skipIf(why !== undefined)('backend "headlessgl"', { timeout: 900_000 }, () => {
  it("keeps the contract, in a process of its own", async () => {
    const node = [process.execPath, "--conditions=@nn/source", "--import=tsx", resolve(import.meta.dirname, "main.ts")];
    const [command, ...rest] = hasDisplay ? node : ["xvfb-run", "-a", ...node];
    const { stdout } = await promisify(execFile)(command, rest, {
      cwd: import.meta.dirname,
      env: { ...process.env, NODE_PATH: modules },
      maxBuffer: 2 ** 26,
    });
    const report: HeadlessReport = JSON.parse(stdout);
    const { capabilities, passed, failures, seconds } = report;
    const { enqueued, done } = report.microseconds;
    console.log(
      `${capabilities?.adapter}: ${passed} passed, ${failures.length} failed, ${seconds.toFixed(0)} s; ` +
        `an op ${enqueued.toFixed(1)} µs to enqueue, ${done.toFixed(1)} µs in all`,
    );
    expect(report.checks).toEqual([]);
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(5000);
    expect(capabilities?.adapter).toMatch("headlessgl");
    expect(capabilities?.readSync).toBe(true);
  });
});
