import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { neg } from "./neg.js";

const op = defineBinary("sub", false, ({ g, need }) => [g, need[1] ? neg(g) : undefined]);

/**
 * `a - b`. Elementwise with broadcasting; a number takes the other operand's dtype.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { sub, tensor } from "@nn/tensor";
 *
 * await sub(tensor([1, 2]), tensor([3, 5])).array(); // => [-2, -3]
 * ```
 */
export function sub(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("sub", a, b), { kind: "sub" });
}
