import type { Metric } from "../metric.js";
import { type Ranked, type RankingOptions, rankingMetric } from "./ranking.js";

/**
 * Area under the receiver operating characteristic: the probability that a "yes" gets a larger score than a "no"
 * (sklearn.metrics.roc_auc_score). Several classes are each looked at against the rest. NaN without a yes or a no.
 *
 * Exact by default, with two or three numbers a sample as its state; `bins` bounds the state.
 *
 * @throws DataError when targets and scores are not found or do not belong together.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { rocAuc } from "@nn/train";
 *
 * const metric = rocAuc();
 * await metric.update({ y: tensor([0, 0, 1, 1]) }, { logits: tensor([-2, 0.4, 0.3, 2]) });
 * metric.compute(); // => 0.75
 * ```
 */
export function rocAuc<B = unknown, R = unknown>(options: RankingOptions<B, R> = {}): Metric<B, R> {
  return rankingMetric("rocAuc", options, areaUnderRoc);
}

/** Sum of trapezoids between the steps of the curve. */
function areaUnderRoc({ yes, no }: Ranked): number {
  let area = 0;
  let allYes = 0;
  let allNo = 0;
  for (let i = 0; i < yes.length; i++) {
    area += no[i]! * (allYes + yes[i]! / 2);
    allYes += yes[i]!;
    allNo += no[i]!;
  }
  return allYes === 0 || allNo === 0 ? Number.NaN : area / (allYes * allNo);
}
