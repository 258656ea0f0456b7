import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { defineElementwise } from "../elementwise/define-elementwise.js";
import { exp } from "./exp.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { square } from "./square.js";
import { defineUnary } from "./unary.js";

const gradient = defineElementwise({
  name: "erfGrad",
  body: ([g, x]) => mul(g!, mul(exp(neg(square(x!))), 2 / Math.sqrt(Math.PI))),
});
const op = defineUnary("erf", true, "input", ({ g, inputs: [x] }) => [gradient.call([g, x!])]);

/**
 * The error function. Elementwise (torch.erf); f32 and f64.
 *
 * @example
 * ```ts
 * import { erf, tensor } from "@nn/tensor";
 *
 * await erf(tensor([0])).array(); // => [0]
 * ```
 */
export function erf<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "erf" });
}
