import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { sin } from "./sin.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("cos", true, "input", ({ g, inputs: [x] }) => [neg(mul(g, sin(x!)))]);

/**
 * Cosine of radians. Elementwise (torch.cos); f32 and f64.
 *
 * @example
 * ```ts
 * import { cos, tensor } from "@nn/tensor";
 *
 * await cos(tensor([0])).array(); // => [1]
 * ```
 */
export function cos<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "cos" });
}
