import type { Tensor } from "../core/tensor.js";
import { argReduceWith, defineArgReduce } from "./arg-reduce.js";
import type { ReduceOptions } from "./reduce.js";

const op = defineArgReduce("argmin");

/**
 * Index (i32) of the first smallest element along an axis; a NaN counts as the extreme (torch.argmin).
 *
 * @param axis the axis to search; the flattened tensor when undefined
 * @throws ShapeError when the axis does not exist or there is nothing to choose from.
 *
 * @example
 * ```ts
 * import { argmin, tensor } from "@nn/tensor";
 *
 * await argmin(tensor([4, 5, 2])).item(); // => 2
 * ```
 */
export function argmin(x: Tensor, axis?: number, options?: ReduceOptions): Tensor {
  return argReduceWith(op, "argMin", x, axis, options);
}
