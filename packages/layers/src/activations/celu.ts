import { defineElementwise, exp, expm1, maximum, minimum, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "celu",
  body: ([x], [alpha, rate]) => maximum(x, 0).add(expm1(minimum(x, 0).mul(rate)).mul(alpha)),
  gradient: (g, [x], [, rate]) => [where(x.greater(0), g, exp(minimum(x, 0).mul(rate)).mul(g))],
});

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
  return op.call([x], { scalars: [alpha, 1 / alpha] });
}
