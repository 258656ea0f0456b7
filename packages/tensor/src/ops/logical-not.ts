import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { definePredicate } from "./unary.js";

const op = definePredicate("logicalNot");

/**
 * True where the element is 0 or false, as bool. Elementwise (torch.logical_not).
 *
 * @example
 * ```ts
 * import { logicalNot, tensor } from "@nn/tensor";
 *
 * await logicalNot(tensor([0, 2])).array(); // => [true, false]
 * ```
 */
export function logicalNot<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "logicalNot" });
}
