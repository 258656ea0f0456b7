import type { Tensor } from "@nn/tensor";
import { type Metric, type Mode, metric } from "../metric.js";

/**
 * The mean over all elements of a tensor that each batch gives: an error, a norm, a second loss (one value a sample
 * makes it a mean over samples, one value a batch a mean over batches).
 *
 * @param values picks or computes the tensor
 *
 * @example
 * ```ts
 * import { type Tensor, tensor } from "@nn/tensor";
 * import { meanOf } from "@nn/train";
 *
 * const error = meanOf((batch: { y: Tensor }, rest: { output: Tensor }) => rest.output.sub(batch.y).abs());
 * await error.update({ y: tensor([1, 2]) }, { output: tensor([2, 4]) });
 * error.compute(); // => 1.5
 * ```
 */
export function meanOf<B, R>(
  values: (batch: B, rest: R) => Tensor,
  options: { readonly mode?: Mode } = {},
): Metric<B, R> {
  return metric({
    mode: options.mode ?? "min",
    initial: [0, 0],
    measure: values,
    add(totals, values) {
      for (const value of values) totals[0]! += value;
      totals[1]! += values.length;
    },
    compute: ([sum, count]) => sum! / count!,
  });
}
