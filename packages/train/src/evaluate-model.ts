import { predict } from "@nn/layers";
import { DataError, isTensor, type Tensor, type Tree } from "@nn/tensor";
import type { Abort } from "./abort.js";
import { type BatchSource, samplesIn } from "./batch-source.js";
import type { LossResult, Metrics, Rest, Scores } from "./fit-options.js";
import { lossParts } from "./loss-parts.js";
import type { Measurement } from "./metric.js";
import { Pace } from "./pace.js";
import { type Measured, ReadQueue } from "./read-queue.js";
import { Scoreboard } from "./scoreboard.js";

/** What `evaluateModel` is told. */
export interface EvaluateOptions<M, B, R extends LossResult, Ms extends Metrics<B, Rest<R>>> {
  /** The loss of a batch: a mean over its samples; beside it what the metrics need, and its weight if it has one. */
  readonly loss: (model: M, batch: B) => R;
  readonly metrics?: Ms;
  /** Samples in a batch, the weight of its loss in the mean. Default: `samplesIn`. */
  readonly samples?: (batch: B) => number;
  /** An `AbortSignal`: stops between two batches, with the signal's reason as the error. */
  readonly signal?: Abort;
}

/**
 * The mean loss and the metrics over a data set, in evaluation mode and without recording: values over all samples,
 * not means of batch means. The metrics are reset first. The model's mode is left as it was.
 *
 * @throws DataError when the data gives no batch.
 *
 * @example
 * ```ts
 * import { crossEntropy, Linear } from "@nn/layers";
 * import { type Tensor, tensor, zeros } from "@nn/tensor";
 * import { accuracy, evaluateModel } from "@nn/train";
 *
 * const data = [{ x: zeros([4, 2]), y: tensor(new Int32Array([0, 1, 2, 2])) }];
 * const scores = await evaluateModel(new Linear(2, 3), data, {
 *   loss: (model, { x, y }) => {
 *     const logits = model.forward(x);
 *     return { loss: crossEntropy(logits, y), logits };
 *   },
 *   metrics: { accuracy: accuracy() },
 * });
 * Object.keys(scores); // => ["loss", "accuracy"]
 * ```
 */
export async function evaluateModel<
  M extends Tree,
  B,
  R extends LossResult,
  Ms extends Metrics<B, Rest<R>> = Record<never, never>,
>(model: M, data: BatchSource<B>, options: EvaluateOptions<M, B, R, Ms>): Promise<Scores<Ms>> {
  const { loss, metrics = {} as Ms, samples = samplesIn, signal } = options;
  const board = new Scoreboard<Ms>(metrics);
  board.reset();
  const queue = new ReadQueue();
  const pace = new Pace();
  for await (const batch of data) {
    signal?.throwIfAborted();
    const count = samples(batch);
    const measured = predict(model, () => {
      const parts = lossParts("evaluateModel", loss(model, batch));
      return readNow(parts.loss, board.measure(batch, parts.rest));
    });
    await queue.push(measured, (values) => board.add(values, count));
    await pace.breathe();
  }
  await queue.drain();
  if (board.samples === 0) throw noBatch();
  return board.scores();
}

/** The values where the backend gives them without waiting, else the tensors. */
export function readNow(loss: Tensor, others: readonly Measurement[]): Measured {
  const all = [loss, ...others];
  if (loss.backend.readSync === undefined) return all;
  return all.map((item) => (isTensor(item) ? { data: item.dataSync(), shape: item.shape } : item));
}

function noBatch(): DataError {
  return new DataError({
    where: "evaluateModel",
    problem: "the data gave no batch",
    rows: [["expected", "at least one batch"]],
    fix: "pass a loader or an array; the object of a generator function can be gone through only once",
  });
}
