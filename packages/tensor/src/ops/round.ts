import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { zerosLike } from "../create/zeros-like.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("round", true, "nothing", ({ g }) => [zerosLike(g)]);

/**
 * The nearest integer, halves to the even one. The gradient is 0. Elementwise (torch.round); f32 and f64.
 *
 * @example
 * ```ts
 * import { round, tensor } from "@nn/tensor";
 *
 * await round(tensor([0.5, 1.5])).array(); // => [0, 2]
 * ```
 */
export function round<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "round" });
}
