import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { defineElementwise } from "../elementwise/define-elementwise.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";
import { defineUnary } from "./unary.js";

const gradient = defineElementwise({ name: "sigmoidGrad", body: ([g, y]) => mul(g!, mul(y!, sub(1, y!))) });
const op = defineUnary("sigmoid", true, "output", ({ g, outputs: [y] }) => [gradient.call([g, y!])]);

/**
 * `1 / (1 + exp(-x))`. Elementwise (torch.sigmoid); f32 and f64.
 *
 * @example
 * ```ts
 * import { sigmoid, tensor } from "@nn/tensor";
 *
 * await sigmoid(tensor([0])).array(); // => [0.5]
 * ```
 */
export function sigmoid<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "sigmoid" });
}
