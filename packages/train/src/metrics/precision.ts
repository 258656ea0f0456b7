import type { Metric } from "../metric.js";
import { type CountOptions, countMetric, share } from "./class-counts.js";

/**
 * Of what was taken for a class, the share that is of it (sklearn.metrics.precision_score).
 *
 * Classes come from the largest of several logits, from one logit a sample by a threshold, or as `predictions`; over the
 * classes it is averaged as `average` says. Sample weights and masks count. 0 where nothing was taken for a class.
 *
 * @throws DataError when targets and predictions are not found, do not belong together, or are no classes.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { precision } from "@nn/train";
 *
 * const metric = precision({ threshold: 0.9 });
 * await metric.update({ y: tensor([1, 0, 1]) }, { logits: tensor([5, 4, 1]) });
 * metric.compute(); // => 0.5
 * ```
 */
export function precision<B = unknown, R = unknown>(options: CountOptions<B, R> = {}): Metric<B, R> {
  return countMetric("precision", options, ({ hits, predicted }) => share(hits, predicted));
}
