import { requireFloat, type Tensor, where } from "@nn/tensor";

/**
 * x where it is positive, else `negativeSlope · x`. Elementwise (torch.nn.functional.leaky_relu).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { leakyRelu, Linear, Sequential } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await leakyRelu(tensor([-2, 3]), 0.5).array(); // => [-1, 3]
 * new Sequential(new Linear(2, 3), (x) => leakyRelu(x, 0.2)).length; // => 2
 * ```
 */
export function leakyRelu(x: Tensor, negativeSlope = 0.01): Tensor {
  requireFloat("leakyRelu", x);
  return where(x.greater(0), x, x.mul(negativeSlope));
}
