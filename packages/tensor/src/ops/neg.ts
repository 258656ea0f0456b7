import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("neg", false, "nothing", ({ g }) => [neg(g)]);

/**
 * The negated elements. Elementwise (torch.neg).
 *
 * @example
 * ```ts
 * import { neg, tensor } from "@nn/tensor";
 *
 * await neg(tensor([1, -2])).array(); // => [-1, 2]
 * ```
 */
export function neg<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "neg" });
}
