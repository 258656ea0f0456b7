import type { Tensor } from "../core/tensor.js";
import { argReduceWith, defineArgReduce } from "./arg-reduce.js";
import type { ReduceOptions } from "./reduce.js";

const op = defineArgReduce("argmax");

/**
 * Index (i32) of the first largest element along an axis; a NaN counts as the extreme (torch.argmax).
 *
 * @param axis the axis to search; the flattened tensor when undefined
 * @throws ShapeError when the axis does not exist or there is nothing to choose from.
 *
 * @example
 * ```ts
 * import { argmax, tensor } from "@nn/tensor";
 *
 * await argmax(tensor([1, 5, 2])).item(); // => 1
 * ```
 */
export function argmax(x: Tensor, axis?: number, options?: ReduceOptions): Tensor {
  return argReduceWith(op, "argMax", x, axis, options);
}
