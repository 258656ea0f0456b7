import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { div } from "./div.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("log", true, "input", ({ g, inputs: [x] }) => [div(g, x!)]);

/**
 * Natural logarithm; NaN below 0. Elementwise (torch.log); f32 and f64.
 *
 * @example
 * ```ts
 * import { log, tensor } from "@nn/tensor";
 *
 * await log(tensor([1])).array(); // => [0]
 * ```
 */
export function log<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "log" });
}
