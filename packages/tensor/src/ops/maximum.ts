import type { Tensor, TensorLike } from "../core/tensor.js";
import { add } from "./add.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { cast } from "./cast.js";
import { equal, greater } from "./compare.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";

const op = defineBinary("maximum", true, ({ g, inputs: [a, b] }) => {
  // Equal operands share the gradient, as in PyTorch.
  const share = add(cast(greater(a!, b!), g.dtype), mul(cast(equal(a!, b!), g.dtype), 0.5));
  return [mul(g, share), mul(g, sub(1, share))];
});

/**
 * The larger of both. Elementwise with broadcasting; NaN wins (torch.maximum). Equal operands get half of the gradient each.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { maximum, tensor } from "@nn/tensor";
 *
 * await maximum(tensor([1, 5]), tensor([3, 4])).array(); // => [3, 5]
 * ```
 */
export function maximum(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("maximum", a, b), { kind: "maximum" });
}
