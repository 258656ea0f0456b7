import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { mul } from "./mul.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("exp", true, "output", ({ g, outputs: [y] }) => [mul(g, y!)]);

/**
 * e to the power of x. Elementwise (torch.exp); f32 and f64.
 *
 * @example
 * ```ts
 * import { exp, tensor } from "@nn/tensor";
 *
 * await exp(tensor([0])).array(); // => [1]
 * ```
 */
export function exp<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "exp" });
}
