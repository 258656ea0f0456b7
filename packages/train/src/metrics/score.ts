import type { Metric } from "../metric.js";

/**
 * Any metric as a function: its value for one set of values, given by the names under which it looks for them beside
 * the loss. The metric is reset first.
 *
 * @param values `{ logits, targets }`, `{ predictions, targets }`, `{ predictions, references }`, …: tensors, and for
 * most metrics arrays of numbers, which are computed with in f64
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { accuracy, meanAbsoluteError, rocAuc, score } from "@nn/train";
 *
 * await score(rocAuc(), { probabilities: [0.1, 0.4, 0.35, 0.8], targets: [0, 0, 1, 1] }); // => 0.75
 * await score(meanAbsoluteError(), { predictions: [1, 2], targets: [1, 5] }); // => 1.5
 * await score(accuracy(), { logits: tensor([[2, 1], [0, 1]]), targets: tensor(new Int32Array([0, 0])) }); // => 0.5
 * ```
 */
export async function score<R, V>(metric: Metric<unknown, R, V>, values: R): Promise<V> {
  metric.reset();
  await metric.update(undefined, values);
  const value = metric.compute();
  metric.reset();
  return value;
}
