import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { mul } from "./mul.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("square", false, "input", ({ g, inputs: [x] }) => [mul(g, mul(x!, 2))]);

/**
 * `x * x`. Elementwise (torch.square).
 *
 * @example
 * ```ts
 * import { square, tensor } from "@nn/tensor";
 *
 * await square(tensor([-3, 2])).array(); // => [9, 4]
 * ```
 */
export function square<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "square" });
}
