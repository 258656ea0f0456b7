import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { definePredicate } from "./unary.js";

const op = definePredicate("isNaN");

/**
 * True where the element is NaN, as bool. Elementwise (torch.isnan).
 *
 * @example
 * ```ts
 * import { isNaN, tensor } from "@nn/tensor";
 *
 * await isNaN(tensor([0, Number.NaN])).array(); // => [false, true]
 * ```
 */
export function isNaN<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "isNaN" });
}
