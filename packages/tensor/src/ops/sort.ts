import type { Tensor } from "../core/tensor.js";
import { argsort, type SortOptions } from "./argsort.js";
import { gather } from "./gather.js";

/**
 * The elements in order along an axis, and where they came from (torch.sort with stable=True). NaN counts as the
 * largest. Gradients flow to the values.
 *
 * @throws ShapeError when the axis does not exist.
 *
 * @example
 * ```ts
 * import { sort, tensor } from "@nn/tensor";
 *
 * const { values, indices } = sort(tensor([3, 1, 2]));
 * await values.array(); // => [1, 2, 3]
 * await indices.array(); // => [1, 2, 0]
 * ```
 */
export function sort(x: Tensor, axis = -1, options: SortOptions = {}): { values: Tensor; indices: Tensor } {
  const indices = argsort(x, axis, options);
  return { values: gather(x, axis, indices), indices };
}
