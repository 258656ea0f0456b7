import type { Metric } from "../metric.js";
import { type CountOptions, countMetric, share } from "./class-counts.js";

/**
 * Of the targets of a class, the share that was taken for it (sklearn.metrics.recall_score).
 *
 * Takes what `precision` takes. 0 where a class has no targets, but was predicted.
 *
 * @throws DataError when targets and predictions are not found, do not belong together, or are no classes.
 *
 * @example
 * ```ts
 * import { recall, score } from "@nn/train";
 *
 * await score(recall({ average: "macro" }), { predictions: [0, 1, 0, 0], targets: [0, 1, 1, 0] }); // => 0.75
 * ```
 */
export function recall<B = unknown, R = unknown>(options: CountOptions<B, R> = {}): Metric<B, R> {
  return countMetric("recall", options, ({ hits, support }) => share(hits, support));
}
