import type { Metric } from "../metric.js";
import { meanErrorMetric, type RegressionOptions } from "./regression-options.js";

/**
 * MAE: the mean of `|prediction - target|` over all elements (sklearn.metrics.mean_absolute_error).
 *
 * @throws DataError when predictions and targets are not found or differ in shape.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { meanAbsoluteError } from "@nn/train";
 *
 * const metric = meanAbsoluteError();
 * await metric.update({ y: tensor([[1], [2]]) }, { predictions: tensor([[2], [5]]) });
 * metric.compute(); // => 2
 * ```
 */
export function meanAbsoluteError<B = unknown, R = unknown>(options: RegressionOptions<B, R> = {}): Metric<B, R> {
  return meanErrorMetric("meanAbsoluteError", options, (prediction, target) => Math.abs(prediction - target));
}
