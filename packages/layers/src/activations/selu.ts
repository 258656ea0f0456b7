import { requireFloat, type Tensor } from "@nn/tensor";
import { eluOf } from "./elu.js";

// The constants of the paper's appendix.
const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

/**
 * `elu` with a slope and an alpha that keep mean 0 and variance 1 from layer to layer. Elementwise
 * (torch.nn.functional.selu; Klambauer et al., 2017).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { selu } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await selu(tensor([0, 2], { dtype: "f64" })).array(); // => [0, 2.101401974710961]
 * ```
 */
export function selu(x: Tensor): Tensor {
  requireFloat("selu", x);
  return eluOf(x, alpha, 1, scale);
}
