import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { cos } from "./cos.js";
import { mul } from "./mul.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("sin", true, "input", ({ g, inputs: [x] }) => [mul(g, cos(x!))]);

/**
 * Sine of radians. Elementwise (torch.sin); f32 and f64.
 *
 * @example
 * ```ts
 * import { sin, tensor } from "@nn/tensor";
 *
 * await sin(tensor([0])).array(); // => [0]
 * ```
 */
export function sin<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "sin" });
}
