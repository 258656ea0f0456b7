import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { zerosLike } from "../create/zeros-like.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("sign", false, "nothing", ({ g }) => [zerosLike(g)]);

/**
 * -1, 0 or 1. The gradient is 0. Elementwise (torch.sign, except that NaN stays NaN, as in NumPy, instead of being
 * hidden as 0).
 *
 * @example
 * ```ts
 * import { sign, tensor } from "@nn/tensor";
 *
 * await sign(tensor([-3, 0, 2])).array(); // => [-1, 0, 1]
 * ```
 */
export function sign<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "sign" });
}
