import type { Metric } from "../metric.js";
import { type Ranked, type RankingOptions, rankingMetric } from "./ranking.js";

/**
 * The mean of the precisions at each threshold, weighted by the gain in recall: the area under the curve of precision
 * and recall, not interpolated (sklearn.metrics.average_precision_score). NaN without a "yes".
 *
 * Takes what `rocAuc` takes.
 *
 * @throws DataError when targets and scores are not found or do not belong together.
 *
 * @example
 * ```ts
 * import { averagePrecision, score } from "@nn/train";
 *
 * const values = { probabilities: [0.9, 0.8, 0.7, 0.1], targets: [1, 0, 1, 0] };
 * (await score(averagePrecision(), values)).toFixed(4); // => "0.8333"
 * ```
 */
export function averagePrecision<B = unknown, R = unknown>(options: RankingOptions<B, R> = {}): Metric<B, R> {
  return rankingMetric("averagePrecision", options, areaUnderPrecision);
}

function areaUnderPrecision({ yes, no }: Ranked): number {
  let sum = 0;
  let allYes = 0;
  let allNo = 0;
  for (let i = 0; i < yes.length; i++) {
    allYes += yes[i]!;
    allNo += no[i]!;
    if (yes[i]! > 0) sum += (yes[i]! * allYes) / (allYes + allNo);
  }
  return allYes === 0 ? Number.NaN : sum / allYes;
}
