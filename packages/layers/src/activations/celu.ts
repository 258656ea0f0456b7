import { requireFloat, type Tensor } from "@nn/tensor";
import { eluOf } from "./elu.js";

/**
 * x where it is positive, else `alpha · (exp(x / alpha) − 1)`: smooth at 0 for every alpha. Elementwise
 * (torch.nn.functional.celu; Barron, 2017).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { celu } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await celu(tensor([-Infinity, 0, 3]), 2).array(); // => [-2, 0, 3]
 * ```
 */
export function celu(x: Tensor, alpha = 1): Tensor {
  requireFloat("celu", x);
  return eluOf(x, alpha, alpha);
}
