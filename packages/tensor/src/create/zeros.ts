import type { Ranked, ShapeArgument } from "../core/ranked.js";
import type { Tensor } from "../core/tensor.js";
import { full } from "./full.js";
import type { CreateOptions } from "./options.js";

/**
 * A tensor of zeros (torch.zeros).
 *
 * @throws ShapeError when a dimension is negative or no integer.
 *
 * @example
 * ```ts
 * import { zeros } from "@nn/tensor";
 *
 * await zeros([2]).array(); // => [0, 0]
 * ```
 */
export function zeros<S extends ShapeArgument>(shape: S, options?: CreateOptions): Tensor<Ranked<S>> {
  return full(shape, 0, options);
}
