import type { Tensor, TensorLike } from "../core/tensor.js";
import { add } from "./add.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { cast } from "./cast.js";
import { equal, less } from "./compare.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";

const op = defineBinary("minimum", true, ({ g, inputs: [a, b] }) => {
  // Equal operands share the gradient, as in PyTorch.
  const share = add(cast(less(a!, b!), g.dtype), mul(cast(equal(a!, b!), g.dtype), 0.5));
  return [mul(g, share), mul(g, sub(1, share))];
});

/**
 * The smaller of both. Elementwise with broadcasting; NaN wins (torch.minimum). Equal operands get half of the gradient each.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { minimum, tensor } from "@nn/tensor";
 *
 * await minimum(tensor([1, 5]), tensor([3, 4])).array(); // => [1, 4]
 * ```
 */
export function minimum(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("minimum", a, b), { kind: "minimum" });
}
