import type { Metric } from "../metric.js";
import { type CountOptions, countMetric, share } from "./class-counts.js";

/**
 * The harmonic mean of precision and recall (sklearn.metrics.f1_score).
 *
 * Takes what `precision` takes; "macro" is the mean of the classes' values, not the value of their means.
 *
 * @throws DataError when targets and predictions are not found, do not belong together, or are no classes.
 *
 * @example
 * ```ts
 * import { f1, score } from "@nn/train";
 *
 * const values = { predictions: [0, 1, 2, 2], targets: [0, 1, 1, 2] };
 * await score(f1({ average: "micro" }), values); // => 0.75
 * ```
 */
export function f1<B = unknown, R = unknown>(options: CountOptions<B, R> = {}): Metric<B, R> {
  return countMetric("f1", options, ({ hits, predicted, support }) => share(2 * hits, predicted + support));
}
