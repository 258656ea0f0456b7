import { DataError, topk, where } from "@nn/tensor";
import { type Metric, metric } from "../metric.js";
import { type ClassOptions, classesOf } from "./class-options.js";
import { columns } from "./columns.js";
import { weightsOf } from "./inputs.js";

/**
 * Share of the samples whose target is among the `k` largest scores (sklearn.metrics.top_k_accuracy_score).
 *
 * @throws DataError when `k` is no positive integer or larger than the number of classes.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { topKAccuracy } from "@nn/train";
 *
 * const metric = topKAccuracy(2);
 * const logits = tensor([[3, 2, 1], [3, 2, 1]]);
 * await metric.update({ y: tensor(new Int32Array([1, 2])) }, { logits });
 * metric.compute(); // => 0.5
 * ```
 */
export function topKAccuracy<B = unknown, R = unknown>(k: number, options: ClassOptions<B, R> = {}): Metric<B, R> {
  if (!(Number.isInteger(k) && k > 0)) throw badK(k, "a positive integer");
  return metric({
    initial: [0, 0],
    measure(batch, rest) {
      const { logits, targets } = classesOf("topKAccuracy", batch, rest, options);
      const classes = logits.shape[1]!;
      if (k > classes) throw badK(k, `at most ${classes}, the number of classes`);
      const { indices } = topk(logits, k, 1);
      const right = indices.equal(targets.unsqueeze(1)).any(1).cast("i32");
      const hits = options.ignoreIndex === undefined ? right : where(targets.equal(options.ignoreIndex), -1, right);
      const weights = weightsOf("topKAccuracy", batch, rest, targets, options);
      return columns(weights === undefined ? [hits] : [hits, weights]);
    },
    add(totals, values, [, size]) {
      for (let i = 0; i < size!; i++) {
        const hit = values[i]!;
        if (hit < 0) continue;
        const weight = values[size! + i] ?? 1;
        totals[0]! += hit * weight;
        totals[1]! += weight;
      }
    },
    compute: ([hits, count]) => hits! / count!,
  });
}

function badK(k: number, expected: string): DataError {
  return new DataError({
    where: "topKAccuracy",
    problem: "k is not what it should be",
    rows: [
      ["expected", expected],
      ["got", String(k)],
    ],
    fix: "pass a smaller number, such as 5",
  });
}
