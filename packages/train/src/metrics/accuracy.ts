import type { Shape, TypedArray } from "@nn/tensor";
import { type Metric, metric } from "../metric.js";
import { type DecisionOptions, decisionColumns, decisionsOf, ignored } from "./decisions.js";

/**
 * Share of the samples (positions, for more than one target a sample) that are decided right: by the largest of several
 * logits, by a threshold for one logit, or as `predictions` say. Sample weights and masks count.
 *
 * @throws DataError when targets and predictions are not found or do not belong together.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { accuracy } from "@nn/train";
 *
 * const metric = accuracy();
 * await metric.update({ y: tensor(new Int32Array([0, 1])) }, { logits: tensor([[2, 1], [4, 3]]) });
 * metric.compute(); // => 0.5
 * ```
 */
export function accuracy<B = unknown, R = unknown>(options: DecisionOptions<B, R> = {}): Metric<B, R> {
  return metric({
    initial: [0, 0],
    measure: (batch, rest) => decisionColumns(decisionsOf("accuracy", batch, rest, options)),
    add: addRight,
    compute: ([right, count]) => right! / count!,
  });
}

function addRight(totals: number[], values: TypedArray, [columns, size]: Shape): void {
  for (let i = 0; i < size!; i++) {
    const target = values[size! + i]!;
    if (target === ignored) continue;
    const weight = columns === 3 ? values[2 * size! + i]! : 1;
    if (values[i] === target) totals[0]! += weight;
    totals[1]! += weight;
  }
}
