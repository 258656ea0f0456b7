import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { add } from "./add.js";
import { mul } from "./mul.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("expm1", true, "output", ({ g, outputs: [y] }) => [mul(g, add(y!, 1))]);

/**
 * `exp(x) - 1`, precise near 0. Elementwise (torch.expm1); f32 and f64.
 *
 * @example
 * ```ts
 * import { expm1, tensor } from "@nn/tensor";
 *
 * await expm1(tensor([0])).array(); // => [0]
 * ```
 */
export function expm1<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "expm1" });
}
