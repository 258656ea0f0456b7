import { requireFloat, type Tensor } from "@nn/tensor";
import { hardTanh } from "./hard-tanh.js";

/**
 * Limits the elements to `[0, 6]` (torch.nn.functional.relu6). The gradient is 0 at the limits.
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { relu6 } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await relu6(tensor([-1, 3, 7])).array(); // => [0, 3, 6]
 * ```
 */
export function relu6(x: Tensor): Tensor {
  requireFloat("relu6", x);
  return hardTanh(x, 0, 6);
}
