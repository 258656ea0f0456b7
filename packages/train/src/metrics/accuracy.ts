import { where } from "@nn/tensor";
import { type Metric, metric } from "../metric.js";
import { type ClassOptions, classesOf } from "./class-options.js";

/**
 * Share of the samples (positions, for more than one target a sample) whose largest score is that of the target.
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
export function accuracy<B = unknown, R = unknown>(options: ClassOptions<B, R> = {}): Metric<B, R> {
  return metric({
    initial: [0, 0],
    measure(batch, rest) {
      const { logits, targets } = classesOf("accuracy", batch, rest, options);
      const right = logits.argmax(1).equal(targets).cast("i32");
      return options.ignoreIndex === undefined ? right : where(targets.equal(options.ignoreIndex), -1, right);
    },
    add: addHits,
    compute: ([hits, count]) => hits! / count!,
  });
}

/** Counts values of 1 (hit) and 0 (miss); negative ones do not count. */
export function addHits(totals: number[], values: ArrayLike<number>): void {
  for (let i = 0; i < values.length; i++) {
    if (values[i]! < 0) continue;
    totals[0]! += values[i]!;
    totals[1]!++;
  }
}
