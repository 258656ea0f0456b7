import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { full } from "./full.js";

/**
 * Zeros of another tensor's shape and dtype, on its backend (torch.zeros_like).
 *
 * @example
 * ```ts
 * import { tensor, zerosLike } from "@nn/tensor";
 *
 * await zerosLike(tensor([1, 2])).array(); // => [0, 0]
 * ```
 */
export function zerosLike<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return full(x.shape, 0, { dtype: x.dtype, backend: x.backend });
}

/**
 * Ones of another tensor's shape and dtype, on its backend (torch.ones_like).
 *
 * @example
 * ```ts
 * import { onesLike, tensor } from "@nn/tensor";
 *
 * await onesLike(tensor([5, 6])).array(); // => [1, 1]
 * ```
 */
export function onesLike<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return full(x.shape, 1, { dtype: x.dtype, backend: x.backend });
}
