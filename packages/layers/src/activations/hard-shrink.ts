import { abs, defineElementwise, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "hardShrink",
  // Asked this way round, NaN stays NaN.
  body: ([x], [lambda]) => where(abs(x).lessEqual(lambda), 0, x),
});

/**
 * x where it is further from 0 than lambda, else 0 (torch.nn.functional.hardshrink). Elementwise.
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { hardShrink } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await hardShrink(tensor([-2, 0.25, 3]), 1).array(); // => [-2, 0, 3]
 * ```
 */
export function hardShrink(x: Tensor, lambda = 0.5): Tensor {
  requireFloat("hardShrink", x);
  return op.call([x], { scalars: [lambda] });
}
