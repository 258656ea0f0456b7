import type { Metric } from "../metric.js";
import { type CountOptions, countMetric, share } from "./class-counts.js";

/**
 * Intersection over union of classes, also called the Jaccard index (sklearn.metrics.jaccard_score).
 *
 * For segmentation: logits `[n, classes, h, w]` with targets `[n, h, w]`, or one logit a pixel. Pixels are counted over
 * the whole data set, not image by image; "macro" (the default for several classes) is the mean IoU. Takes what
 * `precision` takes.
 *
 * @throws DataError when targets and predictions are not found, do not belong together, or are no classes.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { iou } from "@nn/train";
 *
 * const metric = iou();
 * const logits = tensor([[[[3, -3], [2, -1]]]]); // n 1 h w: inside the object, or not
 * await metric.update({ y: tensor([[[[1, 0], [0, 0]]]]) }, { logits });
 * metric.compute(); // => 0.5
 * ```
 */
export function iou<B = unknown, R = unknown>(options: CountOptions<B, R> = {}): Metric<B, R> {
  return countMetric("iou", options, ({ hits, predicted, support }) => share(hits, predicted + support - hits));
}
