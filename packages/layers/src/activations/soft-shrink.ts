import { clamp, requireFloat, type Tensor } from "@nn/tensor";

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
  return x.sub(clamp(x, -lambda, lambda));
}
