import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { add } from "./add.js";
import { div } from "./div.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("log1p", true, "input", ({ g, inputs: [x] }) => [div(g, add(x!, 1))]);

/**
 * `log(1 + x)`, precise near 0. Elementwise (torch.log1p); f32 and f64.
 *
 * @example
 * ```ts
 * import { log1p, tensor } from "@nn/tensor";
 *
 * await log1p(tensor([0])).array(); // => [0]
 * ```
 */
export function log1p<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "log1p" });
}
