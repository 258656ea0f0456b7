import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { mul } from "./mul.js";
import { sign } from "./sign.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("abs", false, "input", ({ g, inputs: [x] }) => [mul(g, sign(x!))]);

/**
 * Absolute value. The gradient at 0 is 0. Elementwise (torch.abs).
 *
 * @example
 * ```ts
 * import { abs, tensor } from "@nn/tensor";
 *
 * await abs(tensor([-1, 2])).array(); // => [1, 2]
 * ```
 */
export function abs<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "abs" });
}
