import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { getBackend, setBackend } from "@nn/tensor";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Metrics } from "./metrics.js";
import { parseOptions } from "./options.js";
import { run } from "./run.js";

const require = createRequire(import.meta.url);
const base = mkdtempSync(join(tmpdir(), "digits-run-"));
const backend = getBackend();

/** Small enough to take seconds, with checkpoints in the middle of epochs. */
const quick = ["--digits", "300", "--batch-size", "4", "--epochs", "3", "--seed", "5"];

/** Runs the app in this process, without its output. */
const app = (...args: string[]) => run(parseOptions(args));
const metricsIn = (folder: string) => JSON.parse(readFileSync(join(folder, "metrics.json"), "utf8")) as Metrics;

/** Runs the app as a program, as `npm start` does. */
function start(...args: string[]) {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  const tsx = pathToFileURL(require.resolve("tsx")).href;
  const child = spawn(process.execPath, ["--conditions=@nn/source", "--import", tsx, main, ...args]);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  const ended = once(child, "close") as Promise<[code: number | null, signal: string | null]>;
  return { child, ended, text: () => text };
}

async function firstCheckpoint(folder: string): Promise<void> {
  while (!existsSync(join(folder, "checkpoint", "checkpoint.json"))) await sleep(10);
}

beforeEach(() => {
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  vi.spyOn(console, "error").mockReturnValue(undefined);
  vi.spyOn(console, "log").mockReturnValue(undefined);
});
afterEach(() => {
  vi.restoreAllMocks();
});
afterAll(() => setBackend(backend));

describe("a run", { timeout: 120_000 }, async () => {
  const whole = join(base, "whole");

  it("writes report, metrics, weights and a checkpoint", async () => {
    const json = join(base, "results", "metrics.json");
    expect(await app(...quick, "--out", whole, "--json", json)).toBe(0);
    const metrics = metricsIn(whole);
    expect(JSON.parse(readFileSync(json, "utf8"))).toEqual(metrics);
    expect(metrics).toMatchObject({
      seed: 5,
      epochs: 3,
      batchSize: 4,
      backend: "wasm",
      steps: 180,
      parameters: 20_522,
    });
    expect(metrics.accuracy).toBeGreaterThan(0.3);
    expect(metrics.accuracy).toBeCloseTo(metrics.history.at(-1)!.heldBackAccuracy, 10);
    expect(metrics.confusion.flat().reduce((sum, count) => sum + count, 0)).toBe(60);
    expect(metrics.history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(metrics.seconds).toBeGreaterThan(0);
    expect(metrics.samplesPerSecond).toBeGreaterThan(0);
    expect(readFileSync(join(whole, "report.html"), "utf8")).toContain(metrics.weightsSha256);
  });

  it("that was killed ends with the same weights after --resume, bit for bit", async () => {
    const folder = join(base, "killed");
    const { child, ended } = start(...quick, "--out", folder);
    await firstCheckpoint(folder);
    const pause = Math.random() * 400;
    await sleep(pause);
    child.kill("SIGKILL");
    await ended;
    expect(await app("--resume", "--out", folder)).toBe(0);
    expect(metricsIn(folder).weightsSha256, `killed after ${pause} ms`).toBe(metricsIn(whole).weightsSha256);
    expect(metricsIn(folder).history).toHaveLength(3);
  });

  it("that gets Ctrl-C saves, says how to go on, and goes on", async () => {
    const folder = join(base, "interrupted");
    const { child, ended, text } = start(...quick, "--out", folder);
    await firstCheckpoint(folder);
    child.kill("SIGINT");
    expect(await ended).toEqual([130, null]);
    expect(text()).toContain(`To go on: npm start -- --resume --out ${folder}`);
    expect(readdirSync(folder).sort()).toEqual(["checkpoint", "run.json"]);
    expect(await app("--resume", "--out", folder)).toBe(0);
    expect(metricsIn(folder).weightsSha256).toBe(metricsIn(whole).weightsSha256);
  });

  it("that is complete can be resumed for its report", async () => {
    const before = metricsIn(whole);
    expect(await app("--resume", "--out", whole)).toBe(0);
    expect(metricsIn(whole)).toEqual(before);
  });

  it("refuses a damaged checkpoint and leaves everything as it is", async () => {
    const folder = join(base, "damaged");
    cpSync(whole, folder, { recursive: true });
    const tensors = readdirSync(join(folder, "checkpoint")).find((name) => name.endsWith(".safetensors"))!;
    const path = join(folder, "checkpoint", tensors);
    const bytes = readFileSync(path);
    bytes[bytes.length >> 1]! ^= 1;
    writeFileSync(path, bytes);
    const files = () => readdirSync(folder, { recursive: true }).sort();
    const before = files();
    await expect(app("--resume", "--out", folder)).rejects.toThrow(/changed or damaged[^]*sha256/);
    expect(files()).toEqual(before);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  it("does not begin with a damaged file of digits", async () => {
    const digits = join(base, "digits");
    cpSync(join(dirname(require.resolve("mnist/package.json")), "src", "digits"), digits, { recursive: true });
    writeFileSync(join(digits, "3.json"), readFileSync(join(digits, "3.json"), "utf8").replace("0.", "7."));
    const folder = join(base, "never");
    await expect(app(...quick, "--out", folder, "--data", digits)).rejects.toThrow(/3\.json/);
    expect(existsSync(folder)).toBe(false);
  });
});

describe("the program", { timeout: 60_000 }, () => {
  it("exits with code 2 after a wrong value", async () => {
    const { ended, text } = start("--epochs", "many");
    expect(await ended).toEqual([2, null]);
    expect(text()).toContain("option '--epochs <count>' argument 'many' is invalid. Expected a whole number");
  });
});
