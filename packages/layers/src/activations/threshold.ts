import { defineElementwise, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({ name: "threshold", body: ([x], [limit, value]) => where(x.greater(limit), x, value) });

/**
 * x where it is above the limit, else the value (torch.nn.functional.threshold). Elementwise.
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { threshold } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await threshold(tensor([-2, 0.25, 3]), 0.5, 9).array(); // => [9, 9, 3]
 * ```
 */
export function threshold(x: Tensor, limit: number, value: number): Tensor {
  requireFloat("threshold", x);
  return op.call([x], { scalars: [limit, value] });
}
