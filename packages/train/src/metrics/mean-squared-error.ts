import type { Metric } from "../metric.js";
import { meanErrorMetric, type RegressionOptions } from "./regression-options.js";

/**
 * MSE: the mean of the squared differences over all elements (sklearn.metrics.mean_squared_error).
 *
 * @throws DataError when predictions and targets are not found or differ in shape.
 *
 * @example
 * ```ts
 * import { meanSquaredError, score } from "@nn/train";
 *
 * await score(meanSquaredError(), { predictions: [2, 5], targets: [1, 2] }); // => 5
 * ```
 */
export function meanSquaredError<B = unknown, R = unknown>(options: RegressionOptions<B, R> = {}): Metric<B, R> {
  return meanErrorMetric("meanSquaredError", options, squared);
}

/**
 * RMSE: the root of the mean squared error over the whole data set, not a mean of roots of batches
 * (sklearn.metrics.root_mean_squared_error).
 *
 * @throws DataError when predictions and targets are not found or differ in shape.
 *
 * @example
 * ```ts
 * import { rootMeanSquaredError, score } from "@nn/train";
 *
 * await score(rootMeanSquaredError(), { predictions: [1, 8], targets: [0, 1] }); // => 5
 * ```
 */
export function rootMeanSquaredError<B = unknown, R = unknown>(options: RegressionOptions<B, R> = {}): Metric<B, R> {
  return meanErrorMetric("rootMeanSquaredError", options, squared, Math.sqrt);
}

function squared(prediction: number, target: number): number {
  return (prediction - target) ** 2;
}
