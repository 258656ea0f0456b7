import { defineElementwise, logicalAnd, maximum, minimum, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "hardTanh",
  body: ([x], [min, max]) => minimum(maximum(x, min), max),
  gradient: (g, [x], [min, max]) => [where(logicalAnd(x.greater(min), x.less(max)), g, 0)],
});

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
