// Trains with a checkpoint after every step, goes on where one is, and prints the checksum of the weights at the end.
import { createHash } from "node:crypto";
import { crossEntropy, Dropout, Linear, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import { manualSeed, parameters, relu } from "@nn/tensor";
import { fit } from "../fit.js";
import { pairLoader } from "../test-classifier.js";
import { fileCheckpoint } from "./file-checkpoint.js";
import { findCheckpoint } from "./load-checkpoint.js";

/** The training that is killed and resumed; wide, so that most of its time goes into writing. */
export async function trainInto(folder: string, onStep: (step: number) => void): Promise<string> {
  manualSeed(3);
  const model = new Sequential(
    new Linear(2, 512),
    relu,
    new Dropout(0.2),
    new Linear(512, 64),
    relu,
    new Linear(64, 2),
  );
  await fit(model, {
    data: pairLoader(64, 8),
    loss: (model, { x, y }) => crossEntropy(model.forward(x), y),
    optimizer: new Adam(model, { lr: 0.01 }),
    epochs: 3,
    checkpoint: fileCheckpoint(folder, { everySteps: 1 }),
    resume: await findCheckpoint(folder),
    callbacks: [{ onBatchEnd: ({ step }) => onStep(step) }],
  });
  const hash = createHash("sha256");
  for (const parameter of parameters(model)) hash.update(new Uint8Array((await parameter.data()).buffer));
  return hash.digest("hex");
}

const folder = process.argv[2];
if (process.argv[1]?.includes("test-kill-child") && folder !== undefined) {
  const weights = await trainInto(folder, (step) => process.stdout.write(`step ${step}\n`));
  process.stdout.write(`weights ${weights}\n`);
}
