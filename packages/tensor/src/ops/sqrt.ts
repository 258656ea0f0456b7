import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("sqrt", true, "output", ({ g, outputs: [y] }) => [div(g, mul(y!, 2))]);

/**
 * Square root; NaN below 0. Elementwise (torch.sqrt); f32 and f64.
 *
 * @example
 * ```ts
 * import { sqrt, tensor } from "@nn/tensor";
 *
 * await sqrt(tensor([4, 9])).array(); // => [2, 3]
 * ```
 */
export function sqrt<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "sqrt" });
}
