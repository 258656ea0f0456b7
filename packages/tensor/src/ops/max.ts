import type { Tensor } from "../core/tensor.js";
import { type Axes, defineReduce, type ReduceOptions, reduceWith } from "./reduce.js";
import { shareAmongTies } from "./share-among-ties.js";

const op = defineReduce("max", undefined, "both", ({ g, inputs: [x], outputs: [y], attrs }) => [
  shareAmongTies(g, x!, y!, attrs.axes),
]);

/**
 * The largest element over axes; NaN wins (torch.amax). Equal elements share the gradient evenly.
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws ShapeError when an axis does not exist or is named twice, or when there is nothing to reduce.
 *
 * @example
 * ```ts
 * import { max, tensor } from "@nn/tensor";
 *
 * await max(tensor([[1, 2], [3, 0]]), 1).array(); // => [2, 3]
 * ```
 */
export function max(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return reduceWith(op, x, axes, options);
}
