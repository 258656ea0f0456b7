import type { Tensor } from "../core/tensor.js";
import { type Axes, defineReduce, type ReduceOptions, reduceWith } from "./reduce.js";
import { shareAmongTies } from "./share-among-ties.js";

const op = defineReduce("min", undefined, "both", ({ g, inputs: [x], outputs: [y], attrs }) => [
  shareAmongTies(g, x!, y!, attrs.axes),
]);

/**
 * The smallest element over axes; NaN wins (torch.amin). Equal elements share the gradient evenly.
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws ShapeError when an axis does not exist or is named twice, or when there is nothing to reduce.
 *
 * @example
 * ```ts
 * import { min, tensor } from "@nn/tensor";
 *
 * await min(tensor([[1, 2], [3, 0]]), 1).array(); // => [1, 0]
 * ```
 */
export function min(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return reduceWith(op, x, axes, options);
}
