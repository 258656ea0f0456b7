import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { loadStateDict as readWeights } from "@nn/io";
import { loadStateDict, scope } from "@nn/tensor";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accuracy, evaluateModel } from "../index.js";
import { classifier, classifierLoss, pairLoader } from "../test-classifier.js";
import type { FromWorker, ToWorker } from "./test-training-worker.js";

let folder = "";
let script = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "nn-worker-"));
  script = join(folder, "worker.mjs");
  await build({
    bundle: true,
    conditions: ["@nn/source"],
    entryPoints: [fileURLToPath(new URL("test-training-worker.ts", import.meta.url))],
    format: "esm",
    outfile: script,
    platform: "node",
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Starts a worker, stops it after some epochs if wished, and gives all that it said. */
function run(epochs: number, stopAfter = Number.POSITIVE_INFINITY): Promise<FromWorker[]> {
  const worker = new Worker(script);
  const said: FromWorker[] = [];
  worker.on("message", (message: FromWorker) => {
    said.push(message);
    if (message.kind === "epoch" && message.epoch === stopAfter) tell({ kind: "stop" });
  });
  const tell = (message: ToWorker) => worker.postMessage(message);
  tell({ kind: "start", epochs });
  return new Promise((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", () => resolve(said));
  });
}

describe("a training in a worker", () => {
  it("tells of its epochs, and gives the weights to the thread that waits for them", async () => {
    const said = await run(10);
    expect(said.slice(0, -1).map((message) => message.kind === "epoch" && message.epoch)).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
    ]);
    const done = said.at(-1)!;
    if (done.kind !== "done") throw new Error("the worker ended without its weights");
    expect(done.stopped).toBe("completed");
    const model = classifier();
    scope(() => loadStateDict(model, readWeights(done.weights).tensors));
    const metrics = { accuracy: accuracy() };
    const scores = await evaluateModel(model, pairLoader(200, 200), { loss: classifierLoss, metrics });
    expect(scores.accuracy).toBeGreaterThan(0.9);
  });

  it("hears that it shall stop, while it trains", async () => {
    const said = await run(100_000, 2);
    expect(said.at(-1)).toMatchObject({ kind: "done", stopped: "aborted" });
  });
});
