import { DataError } from "@nn/tensor";
import { type Metric, metric } from "../metric.js";
import { type DetectionOptions, detectionRows, imagesOf } from "./detections.js";
import { matchDetections } from "./match-detections.js";

/**
 * How the curve of precision and recall becomes a number: the mean precision at 101 recalls (COCO), at 11 (Pascal VOC
 * until 2009), or the area under it (Pascal VOC from 2010 on). The precision at a recall is the best one from there on.
 */
export type CurveInterpolation = "coco" | "voc11" | "voc";

/** What counts as found, and how it is averaged. */
export interface MeanAveragePrecisionOptions<B, R> extends DetectionOptions<B, R> {
  /** Overlaps from which on a box is found; their values are averaged. Default: 0.5, 0.55, …, 0.95, as COCO. */
  readonly iouThresholds?: readonly number[];
  /** Default "coco". */
  readonly interpolation?: CurveInterpolation;
  /** Boxes of an image and a class that count, the surest. Default 100. */
  readonly maxDetections?: number;
}

/**
 * mAP of object detection: the mean over classes and overlaps of the average precision of found boxes. COCO's rules by
 * default (crowds neither count nor cost); `{ iouThresholds: [0.5], interpolation: "voc" }` are Pascal VOC's. Classes without a
 * true box are left out; NaN where there are none at all.
 *
 * The state is four numbers a found box, since all boxes of a class are ranked together.
 *
 * @throws DataError when detections and targets are not found, or there are more than 30 thresholds.
 *
 * @example
 * ```ts
 * import { meanAveragePrecision, score } from "@nn/train";
 *
 * const detections = [{ boxes: [0, 0, 10, 10, 20, 20, 30, 30], scores: [0.9, 0.8], labels: [1, 1] }];
 * const targets = [{ boxes: [0, 0, 10, 8], labels: [1] }];
 * await score(meanAveragePrecision({ iouThresholds: [0.5] }), { detections, targets }); // => 1
 * ```
 */
export function meanAveragePrecision<B = unknown, R = unknown>(
  options: MeanAveragePrecisionOptions<B, R> = {},
): Metric<B, R> {
  const { interpolation = "coco", iouThresholds = cocoThresholds, maxDetections = 100 } = options;
  if (iouThresholds.length < 1 || iouThresholds.length > 30) throw badThresholds(iouThresholds.length);
  return metric({
    // Records of four: class, score, bits of the thresholds where it is right, where it does not count;
    // or class, true boxes, -1, 0.
    initial: [],
    measure: (batch, rest) => detectionRows("meanAveragePrecision", batch, rest, options),
    add(totals, values, shape) {
      for (const { found, truth } of imagesOf(values, shape)) {
        for (const match of matchDetections(found, truth, iouThresholds, maxDetections)) {
          totals.push(match.label, match.score, match.right, match.uncounted);
        }
        Array.from(truth.labels).forEach((label, i) => {
          if (!truth.crowd?.[i]) totals.push(label, 1, -1, 0);
        });
      }
    },
    compute(totals) {
      const values = [...byClass(totals).values()]
        .filter(({ truths }) => truths > 0)
        .flatMap(({ truths, records }) => {
          // The order of equal scores is that of the images, as in COCO's program.
          records.sort((a, b) => b.score - a.score);
          return iouThresholds.map((_, bit) => averagePrecisionOf(records, truths, bit, interpolation));
        });
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    },
  });
}

const cocoThresholds = Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100);

interface FoundBox {
  readonly score: number;
  readonly right: number;
  readonly uncounted: number;
}

function byClass(totals: readonly number[]): Map<number, { truths: number; records: FoundBox[] }> {
  const classes = new Map<number, { truths: number; records: FoundBox[] }>();
  for (let i = 0; i < totals.length; i += 4) {
    const [label, score, right, uncounted] = totals.slice(i, i + 4) as [number, number, number, number];
    const own = classes.get(label) ?? { truths: 0, records: [] };
    if (right === -1) own.truths += score;
    else own.records.push({ score, right, uncounted });
    classes.set(label, own);
  }
  return classes;
}

function averagePrecisionOf(
  records: readonly FoundBox[],
  truths: number,
  bit: number,
  interpolation: CurveInterpolation,
): number {
  const mark = 1 << bit;
  const counted = records.filter(({ uncounted }) => (uncounted & mark) === 0);
  let right = 0;
  const recalls: number[] = [];
  const precisions: number[] = [];
  counted.forEach((record, i) => {
    if ((record.right & mark) !== 0) right++;
    recalls.push(right / truths);
    precisions.push(right / (i + 1));
  });
  for (let i = precisions.length - 2; i >= 0; i--) precisions[i] = Math.max(precisions[i]!, precisions[i + 1]!);
  if (interpolation === "voc") {
    return precisions.reduce((sum, precision, i) => sum + precision * (recalls[i]! - (recalls[i - 1] ?? 0)), 0);
  }
  const steps = interpolation === "coco" ? 100 : 10;
  let at = 0;
  let sum = 0;
  for (let step = 0; step <= steps; step++) {
    while (at < recalls.length && recalls[at]! < step / steps) at++;
    sum += precisions[at] ?? 0;
  }
  return sum / (steps + 1);
}

function badThresholds(got: number): DataError {
  return new DataError({
    where: "meanAveragePrecision",
    problem: "iouThresholds is not what it should be",
    rows: [
      ["expected", "1 to 30 numbers"],
      ["got", String(got)],
    ],
    fix: "leave it out for 0.5, 0.55, …, 0.95, or pass [0.5]",
  });
}
