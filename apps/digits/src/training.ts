import { crossEntropy } from "@nn/layers";
import { Adam, LRScheduler, oneCycleLR } from "@nn/optim";
import { Generator, type Tensor, tensor, valueAndGrad } from "@nn/tensor";
import { accuracy, type Callback, type CheckpointOptions, type FitResult, fit, type TrainingState } from "@nn/train";
import { type DigitBatch, type DigitData, measuringBatches, trainingBatches } from "./data.js";
import { LeNet } from "./model.js";
import type { Settings } from "./settings.js";

export interface TrainOptions {
  readonly settings: Settings;
  readonly data: DigitData;
  readonly callbacks: readonly Callback[];
  readonly checkpoint: CheckpointOptions;
  /** Goes on from here. */
  readonly resume: TrainingState | undefined;
  /** Stops after the step under way. */
  readonly signal: AbortSignal;
}

/** The scores of a training. */
export type DigitMetrics = { readonly accuracy: ReturnType<typeof accuracy> };

/** Logits beside the loss, for the accuracy. */
export function lossOf(model: LeNet, { x, y }: DigitBatch) {
  const logits = model.forward(x);
  return { loss: crossEntropy(logits, y), logits };
}

/** Trains a net. All that is random comes from the seed, each use by a stream of its own. */
export async function trainLeNet(options: TrainOptions): Promise<{ model: LeNet; result: FitResult<DigitMetrics> }> {
  const { settings, data, callbacks, checkpoint, resume, signal } = options;
  const { epochs, batchSize, lr, seed } = settings;
  const random = new Generator(seed);
  const model = new LeNet(random.split("weights"));
  const batches = trainingBatches(data.train, batchSize, random.split("digits"));
  const optimizer = new Adam(model);
  // One step more than are made, since the rate after the last one is asked for too.
  const schedule = oneCycleLR({
    maxLr: lr,
    totalSteps: epochs * batches.length + 1,
    pctStart: 0.2,
    cycleMomentum: false,
  });
  const result = await fit(model, {
    data: batches,
    validation: { data: measuringBatches(data.heldBack) },
    loss: lossOf,
    metrics: { accuracy: accuracy() },
    optimizer,
    schedule: { scheduler: new LRScheduler(optimizer, schedule), every: "step" },
    epochs,
    callbacks,
    checkpoint,
    resume,
    signal,
  });
  return { model, result };
}

/** A step of this training, for measuring backends: the same net, the same sizes, and what is learnt is thrown away. */
export function trialStep({ batchSize }: Settings): () => Tensor {
  const random = new Generator(0);
  const model = new LeNet(random.split("weights"));
  const optimizer = new Adam(model);
  const x = random.uniform([batchSize, 1, 28, 28]);
  const y = tensor(Int32Array.from({ length: batchSize }, (_, i) => i % 10));
  return () => {
    const { loss, grads } = valueAndGrad(model, () => lossOf(model, { x, y }).loss);
    optimizer.step(grads);
    return loss;
  };
}
