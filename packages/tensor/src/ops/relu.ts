import type { Shape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { reluGrad } from "./relu-grad.js";
import { defineUnary } from "./unary.js";

const op = defineUnary("relu", false, "output", ({ g, outputs: [y] }) => [reluGrad(g, y!)]);

/**
 * `max(x, 0)`. The gradient at 0 is 0. Elementwise (torch.relu).
 *
 * @example
 * ```ts
 * import { relu, tensor } from "@nn/tensor";
 *
 * await relu(tensor([-1, 2])).array(); // => [0, 2]
 * ```
 */
export function relu<S extends Shape>(x: Tensor<S>): Tensor<S> {
  return op.call([x], { kind: "relu" });
}
