import type { Tensor } from "../core/tensor.js";
import { cast } from "./cast.js";
import { type Axes, defineReduce, type ReduceOptions, reduceWith } from "./reduce.js";

const op = defineReduce("all", 1, "nothing", null);

/**
 * Whether all elements are true (not 0), as bool (torch.all).
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws ShapeError when an axis does not exist or is named twice.
 *
 * @example
 * ```ts
 * import { all, tensor } from "@nn/tensor";
 *
 * await all(tensor([[0, 1], [0, 0]]), 1).array(); // => [false, false]
 * ```
 */
export function all(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  return reduceWith(op, cast(x, "bool"), axes, options);
}
