import { defineElementwise, exp, expm1, maximum, minimum, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "elu",
  body: ([x], [alpha]) => maximum(x, 0).add(expm1(minimum(x, 0)).mul(alpha)),
  gradient: (g, [x], [alpha]) => [where(x.greater(0), g, exp(minimum(x, 0)).mul(alpha).mul(g))],
});

/**
 * x where it is positive, else `alpha · (exp(x) − 1)`. Elementwise (torch.nn.functional.elu; Clevert, Unterthiner and
 * Hochreiter, 2015).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { elu } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await elu(tensor([-Infinity, 0, 3])).array(); // => [-1, 0, 3]
 * ```
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  requireFloat("elu", x);
  return op.call([x], { scalars: [alpha] });
}
