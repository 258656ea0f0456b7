import type { Metric } from "../metric.js";
import { type CountOptions, countMetric, share } from "./class-counts.js";

/**
 * The Dice coefficient of classes: twice the intersection over the sum of both sizes (Dice, 1945).
 *
 * The same number as F1, under the name and with the use of segmentation; see `iou` for what it takes.
 *
 * @throws DataError when targets and predictions are not found, do not belong together, or are no classes.
 *
 * @example
 * ```ts
 * import { dice, score } from "@nn/train";
 *
 * const values = { probabilities: [0.9, 0.8, 0.3], targets: [1, 0, 0] };
 * (await score(dice(), values)).toFixed(4); // => "0.6667"
 * ```
 */
export function dice<B = unknown, R = unknown>(options: CountOptions<B, R> = {}): Metric<B, R> {
  return countMetric("dice", options, ({ hits, predicted, support }) => share(2 * hits, predicted + support));
}
