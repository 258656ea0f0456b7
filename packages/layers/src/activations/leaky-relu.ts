import { defineElementwise, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "leakyRelu",
  body: ([x], [slope]) => where(x.greater(0), x, x.mul(slope)),
  gradient: (g, [x], [slope]) => [where(x.greater(0), g, g.mul(slope))],
});

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
  return op.call([x], { scalars: [negativeSlope] });
}
