// The worker of docs/guide/training-in-a-worker.md, in Node.
import { parentPort } from "node:worker_threads";
import { saveStateDict } from "@nn/io";
import { Adam } from "@nn/optim";
import { stateDict } from "@nn/tensor";
import { accuracy } from "../metrics/accuracy.js";
import { classifier, classifierLoss, pairLoader } from "../test-classifier.js";
import { training } from "../training-steps.js";

/** What the page says. */
export type ToWorker = { kind: "start"; epochs: number } | { kind: "stop" };

/** What the worker says. */
export type FromWorker =
  | { kind: "epoch"; epoch: number; loss: number; accuracy: number }
  | { kind: "done"; stopped: string; weights: Uint8Array };

const port = parentPort!;
const stop = new AbortController();

port.on("message", (message: ToWorker) => {
  if (message.kind === "stop") stop.abort();
  else void trainModel(message.epochs);
});

async function trainModel(epochs: number): Promise<void> {
  const model = classifier();
  const steps = training(model, {
    data: pairLoader(200, 20),
    loss: classifierLoss,
    optimizer: new Adam(model, { lr: 0.05 }),
    epochs,
    metrics: { accuracy: accuracy() },
    signal: stop.signal,
  });
  for await (const event of steps) {
    if (event.kind !== "epoch") continue;
    const { epoch, train } = event;
    port.postMessage({ kind: "epoch", epoch, loss: train.loss, accuracy: train.accuracy } satisfies FromWorker);
  }
  const weights = await saveStateDict(stateDict(model));
  const done: FromWorker = { kind: "done", stopped: steps.result!.stopped, weights };
  port.postMessage(done, [weights.buffer as ArrayBuffer]);
  port.close();
}
