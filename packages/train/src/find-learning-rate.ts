import { train } from "@nn/layers";
import { DataError, type Tree } from "@nn/tensor";
import type { Abort } from "./abort.js";
import type { BatchSource } from "./batch-source.js";
import type { FitOptimizer, LossResult } from "./fit-options.js";
import { ReadQueue } from "./read-queue.js";
import { rememberModes } from "./remember-modes.js";
import { Stepper } from "./stepper.js";
import { restoreTrainingState, trainingState } from "./training-state.js";

/** What the search for a learning rate is told. */
export interface FindLearningRateOptions<M, B, R extends LossResult> {
  /** The loss of a batch, as for `fit`. */
  readonly loss: (model: M, batch: B) => R;
  readonly optimizer: FitOptimizer;
  /** First learning rate. Default 1e-7. */
  readonly from?: number;
  /** Last learning rate. Default 10. */
  readonly to?: number;
  /** Learning rates that are tried, one a batch; the data is begun anew when it ends. Default 100. */
  readonly steps?: number;
  /** How much the smoothed loss remembers, from 0 to below 1. Default 0.9. */
  readonly smoothing?: number;
  /** Stops when the smoothed loss is this many times the best one. Default 4. */
  readonly divergence?: number;
  /** Scales the gradients so that their common norm is at most this, as the training will. */
  readonly clipNorm?: number;
  /** An `AbortSignal`: stops after the step under way, with what was found. */
  readonly signal?: Abort;
}

/** What a learning rate led to. */
export interface LearningRateTrial {
  readonly lr: number;
  /** Loss of the batch, before the step. */
  readonly loss: number;
  /** Exponential mean of the losses, without the bias of its start. */
  readonly smoothed: number;
}

/** The curve, and what it suggests. */
export interface LearningRateSearch {
  readonly curve: readonly LearningRateTrial[];
  /** Where the smoothed loss falls most steeply (over the logarithm of the learning rate). Undefined where it never falls. */
  readonly suggestion: number | undefined;
}

/**
 * The learning-rate range test (Smith, 2015): trains a few batches with a rate that grows exponentially, and looks where
 * the loss falls fastest. Afterwards model, optimizer, random streams and the place in the data are as before.
 *
 * The suggestion is a place to start from; look at the curve (the steepest place of a noisy one is not always wise).
 *
 * @throws DataError for options that make no sense, and data without a batch.
 *
 * @example
 * ```ts
 * import { Linear, mseLoss } from "@nn/layers";
 * import { SGD } from "@nn/optim";
 * import { tensor } from "@nn/tensor";
 * import { findLearningRate } from "@nn/train";
 *
 * const model = new Linear(1, 1);
 * const optimizer = new SGD(model, { lr: 0.01 });
 * const data = [{ x: tensor([[1], [2]]), y: tensor([[2], [4]]) }];
 * const { suggestion, curve } = await findLearningRate(model, data, {
 *   loss: (model, { x, y }) => mseLoss(model.forward(x), y),
 *   optimizer,
 *   from: 1e-4,
 *   to: 1,
 *   steps: 40,
 * });
 * curve[0]?.lr; // => 0.0001
 * optimizer.lr; // => 0.01
 * ```
 */
export async function findLearningRate<M extends Tree, B, R extends LossResult>(
  model: M,
  data: BatchSource<B>,
  options: FindLearningRateOptions<M, B, R>,
): Promise<LearningRateSearch> {
  const {
    clipNorm,
    loss,
    optimizer,
    from = 1e-7,
    to = 10,
    steps = 100,
    smoothing = 0.9,
    divergence = 4,
    signal,
  } = options;
  checkRange(from, to, steps, smoothing);
  const parts = { model, optimizer, data };
  const before = await trainingState(parts);
  const restoreModes = rememberModes(model);
  const curve: LearningRateTrial[] = [];
  const hooks = { measure: () => [], check: () => {}, stepped: () => {} };
  const fitting = { data, loss, optimizer, epochs: 1, clipNorm };
  const stepper = new Stepper<M, B, R, Record<never, never>>(model, fitting, hooks);
  const queue = new ReadQueue();
  const trend = new Trend(smoothing, divergence);
  try {
    train(model);
    let made = 0;
    for await (const batch of endless(data)) {
      const lr = from * (to / from) ** (made / (steps - 1));
      optimizer.lr = lr;
      await queue.push(stepper.run(batch), (values) => {
        if (!trend.diverged) curve.push({ lr, ...trend.add(values[0]!.data[0]!) });
      });
      if (++made === steps || trend.diverged || signal?.aborted) break;
    }
    await queue.drain();
  } finally {
    stepper.dispose();
    restoreTrainingState(before, parts);
    restoreModes();
  }
  return { curve, suggestion: steepest(curve) };
}

/** The batches of one epoch after another. */
async function* endless<B>(data: BatchSource<B>): AsyncGenerator<B> {
  for (;;) {
    let any = false;
    for await (const batch of data) {
      any = true;
      yield batch;
    }
    if (!any) throw noBatch();
  }
}

/** The smoothed loss, and whether it has left the best one too far behind. */
class Trend {
  diverged = false;
  #mean = 0;
  #count = 0;
  #best = Number.POSITIVE_INFINITY;

  constructor(
    readonly smoothing: number,
    readonly divergence: number,
  ) {}

  add(loss: number): { loss: number; smoothed: number } {
    this.#mean = this.smoothing * this.#mean + (1 - this.smoothing) * loss;
    const smoothed = this.#mean / (1 - this.smoothing ** ++this.#count);
    this.#best = Math.min(this.#best, smoothed);
    this.diverged = !Number.isFinite(smoothed) || (this.#count > 1 && smoothed > this.divergence * this.#best);
    return { loss, smoothed };
  }
}

function steepest(curve: readonly LearningRateTrial[]): number | undefined {
  let best: number | undefined;
  let slope = 0;
  for (let i = 1; i + 1 < curve.length; i++) {
    // Equal steps of the logarithm.
    const own = (curve[i + 1]!.smoothed - curve[i - 1]!.smoothed) / 2;
    if (own < slope) [best, slope] = [curve[i]!.lr, own];
  }
  return best;
}

function checkRange(from: number, to: number, steps: number, smoothing: number): void {
  const problem = !(from > 0 && to > from && Number.isFinite(to))
    ? ["from and to", "0 < from < to", `${from} and ${to}`]
    : !(Number.isInteger(steps) && steps > 1)
      ? ["steps", "an integer above 1", String(steps)]
      : !(smoothing >= 0 && smoothing < 1)
        ? ["smoothing", "a number from 0 to below 1", String(smoothing)]
        : undefined;
  if (problem === undefined) return;
  const [name, expected, got] = problem as [string, string, string];
  throw new DataError({
    where: "findLearningRate",
    problem: `${name} is not what it should be`,
    rows: [
      ["expected", expected],
      ["got", got],
    ],
    fix: "leave it out for the default",
  });
}

function noBatch(): DataError {
  return new DataError({
    where: "findLearningRate",
    problem: "the data gave no batch",
    rows: [["expected", "data that can be gone through again and again"]],
    fix: "pass a DataLoader or an array; the object of a generator function can be gone through only once",
  });
}
