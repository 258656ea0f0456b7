import { defineElementwise, exp, expm1, maximum, minimum, requireFloat, type Tensor, where } from "@nn/tensor";

// The constants of the paper's appendix.
const alpha = 1.6732632423543772;
const scale = 1.0507009873554805;

const op = defineElementwise({
  name: "selu",
  body: ([x]) =>
    maximum(x, 0)
      .mul(scale)
      .add(expm1(minimum(x, 0)).mul(alpha * scale)),
  gradient: (g, [x]) => [g.mul(where(x.greater(0), scale, exp(minimum(x, 0)).mul(alpha * scale)))],
});

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
  return op.call([x]);
}
