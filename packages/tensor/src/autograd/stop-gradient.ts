import type { Shape } from "@nn/backend";
import { alias, type Tensor } from "../core/tensor.js";

/**
 * The same values, as a constant: no gradient flows through (torch's `detach`).
 *
 * @example
 * ```ts
 * import { stopGradient, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const x = tensor(3);
 * const { grads } = valueAndGrad(x, () => x.mul(stopGradient(x)));
 * await grads.get(x).item(); // => 3
 * ```
 */
export function stopGradient<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return alias(x);
}
