import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { zerosLike } from "../create/zeros-like.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("ceil", true, "nothing", ({ g }) => [zerosLike(g)]);

/**
 * The smallest integer not below x. The gradient is 0. Elementwise (torch.ceil); f32 and f64.
 *
 * @example
 * ```ts
 * import { ceil, tensor } from "@nn/tensor";
 *
 * await ceil(tensor([1.5, -1.5])).array(); // => [2, -1]
 * ```
 */
export function ceil<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "ceil" });
}
