import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { defineElementwise } from "../elementwise/define-elementwise.js";
import { mul } from "./mul.js";
import { sigmoid } from "./sigmoid.js";
import { defineUnary } from "./unary.js";

const gradient = defineElementwise({ name: "softplusGrad", body: ([g, x]) => mul(g!, sigmoid(x!)) });
const op = defineUnary("softplus", true, "input", ({ g, inputs: [x] }) => [gradient.call([g, x!])]);

/**
 * `log(1 + exp(x))`, without overflow. Elementwise (torch.nn.functional.softplus); f32 and f64.
 *
 * @example
 * ```ts
 * import { softplus, tensor } from "@nn/tensor";
 *
 * await softplus(tensor([-1000, 1000])).array(); // => [0, 1000]
 * ```
 */
export function softplus<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "softplus" });
}
