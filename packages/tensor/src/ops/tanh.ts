import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { defineElementwise } from "../elementwise/define-elementwise.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";
import { defineUnary } from "./unary.js";

const gradient = defineElementwise({ name: "tanhGrad", body: ([g, y]) => mul(g!, sub(1, mul(y!, y!))) });
const op = defineUnary("tanh", true, "output", ({ g, outputs: [y] }) => [gradient.call([g, y!])]);

/**
 * Hyperbolic tangent. Elementwise (torch.tanh); f32 and f64.
 *
 * @example
 * ```ts
 * import { tanh, tensor } from "@nn/tensor";
 *
 * await tanh(tensor([0])).array(); // => [0]
 * ```
 */
export function tanh<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "tanh" });
}
