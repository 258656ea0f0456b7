import { defineElementwise, expm1, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "elu",
  body: ([x], [alpha, rate, scale]) => {
    const positive = x.greater(0);
    // Positive elements are taken out first: their exponential would overflow, and make the gradient NaN.
    const negative = where(positive, 0, x.mul(rate));
    return where(positive, x, expm1(negative).mul(alpha)).mul(scale);
  },
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
  return eluOf(x, alpha);
}

/** `scale` times x where it is positive, else times `alpha · (exp(x / width) − 1)`. */
export function eluOf(x: Tensor, alpha: number, width = 1, scale = 1): Tensor {
  return op.call([x], { scalars: [alpha, 1 / width, scale] });
}
