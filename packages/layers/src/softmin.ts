import { normalizeAxis, requireFloat, type Tensor } from "@nn/tensor";
import { softmax } from "./softmax.js";

/**
 * The softmax of −x: the smallest elements get the largest parts (torch.nn.functional.softmin).
 *
 * @param axis default: the last
 * @throws DTypeError when x is not f32 or f64, ShapeError when the axis does not exist.
 *
 * @example
 * ```ts
 * import { softmin } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await softmin(tensor([0, 1000])).array(); // => [1, 0]
 * ```
 */
export function softmin(x: Tensor, axis = -1): Tensor {
  requireFloat("softmin", x);
  return softmax(x.neg(), normalizeAxis("softmin", x, axis));
}
