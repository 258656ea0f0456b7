import { defineElementwise, requireFloat, type Tensor, type TensorLike, where } from "@nn/tensor";

const op = defineElementwise({ name: "hardTanh", body: ([x], [min, max]) => limited(x, min, max) });

/**
 * Limits the elements to `[min, max]` (torch.nn.functional.hardtanh). Unlike that of `clamp`, the gradient is 0 at the
 * limits too.
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { hardTanh } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await hardTanh(tensor([-3, 0.5, 3])).array(); // => [-1, 0.5, 1]
 * ```
 */
export function hardTanh(x: Tensor, min = -1, max = 1): Tensor {
  requireFloat("hardTanh", x);
  return op.call([x], { scalars: [min, max] });
}

/** x from `min` to `max`; at the limits the gradient is 0. */
export function limited(x: Tensor, min: TensorLike, max: TensorLike): Tensor {
  return where(x.lessEqual(min), min, where(x.greaterEqual(max), max, x));
}
