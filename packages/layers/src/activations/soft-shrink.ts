import { abs, defineElementwise, maximum, minimum, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "softShrink",
  body: ([x], [lambda, below]) => x.sub(minimum(maximum(x, below), lambda)),
  gradient: (g, [x], [lambda]) => [where(abs(x).greater(lambda), g, 0)],
});

/**
 * x pulled towards 0 by lambda, and 0 where it would cross (torch.nn.functional.softshrink). Elementwise.
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { softShrink } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await softShrink(tensor([-2, 0.25, 3]), 1).array(); // => [-1, 0, 2]
 * ```
 */
export function softShrink(x: Tensor, lambda = 0.5): Tensor {
  requireFloat("softShrink", x);
  return op.call([x], { scalars: [lambda, -lambda] });
}
