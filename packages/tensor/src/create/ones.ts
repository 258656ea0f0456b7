import type { Ranked, ShapeArgument } from "../core/ranked.js";
import type { Tensor } from "../core/tensor.js";
import { full } from "./full.js";
import type { CreateOptions } from "./options.js";

/**
 * A tensor of ones (torch.ones).
 *
 * @throws ShapeError when a dimension is negative or no integer.
 *
 * @example
 * ```ts
 * import { ones } from "@nn/tensor";
 *
 * await ones([2]).array(); // => [1, 1]
 * ```
 */
export function ones<S extends ShapeArgument>(shape: S, options?: CreateOptions): Tensor<Ranked<S>> {
  return full(shape, 1, options);
}
