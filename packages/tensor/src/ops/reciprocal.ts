import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("reciprocal", true, "output", ({ g, outputs: [y] }) => [neg(mul(g, mul(y!, y!)))]);

/**
 * `1 / x`. Elementwise (torch.reciprocal); f32 and f64.
 *
 * @example
 * ```ts
 * import { reciprocal, tensor } from "@nn/tensor";
 *
 * await reciprocal(tensor([4, 2])).array(); // => [0.25, 0.5]
 * ```
 */
export function reciprocal<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "reciprocal" });
}
