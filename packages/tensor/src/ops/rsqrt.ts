import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { defineElementwise } from "../elementwise/define-elementwise.js";
import { mul } from "./mul.js";
import { defineUnary } from "./unary.js";

const gradient = defineElementwise({ name: "rsqrtGrad", body: ([g, y]) => mul(g!, mul(mul(mul(y!, y!), y!), -0.5)) });
const op = defineUnary("rsqrt", true, "output", ({ g, outputs: [y] }) => [gradient.call([g, y!])]);

/**
 * `1 / sqrt(x)`. Elementwise (torch.rsqrt); f32 and f64.
 *
 * @example
 * ```ts
 * import { rsqrt, tensor } from "@nn/tensor";
 *
 * await rsqrt(tensor([4, 16])).array(); // => [0.5, 0.25]
 * ```
 */
export function rsqrt<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "rsqrt" });
}
