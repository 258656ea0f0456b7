import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { greater } from "./compare.js";
import { where } from "./where.js";

const op = defineOp({
  name: "reluGrad",
  infer: ([g]) => g!,
  composed: ([g, y]) => where(greater(y!, 0), g!, 0),
});

/**
 * The gradient of relu: g where the output y was positive.
 *
 * @example
 * ```ts
 * import { reluGrad, tensor } from "@nn/tensor";
 *
 * await reluGrad(tensor([1, 1]), tensor([0, 5])).array(); // => [0, 1]
 * ```
 */
export function reluGrad(g: Tensor, y: Tensor): Tensor {
  return op.call([g, y], undefined);
}
