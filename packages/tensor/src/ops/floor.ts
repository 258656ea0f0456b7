import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { zerosLike } from "../create/zeros-like.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("floor", true, "nothing", ({ g }) => [zerosLike(g)]);

/**
 * The largest integer not above x. The gradient is 0. Elementwise (torch.floor); f32 and f64.
 *
 * @example
 * ```ts
 * import { floor, tensor } from "@nn/tensor";
 *
 * await floor(tensor([1.5, -1.5])).array(); // => [1, -2]
 * ```
 */
export function floor<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "floor" });
}
