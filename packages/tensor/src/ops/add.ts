import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineBinary } from "./binary.js";

const op = defineBinary("add", false, ({ g }) => [g, g]);

/**
 * `a + b`. Elementwise with broadcasting; a number takes the other operand's dtype.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { add, tensor } from "@nn/tensor";
 *
 * await add(tensor([1, 2]), tensor([3, 4])).array(); // => [4, 6]
 * ```
 */
export function add(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("add", a, b), { kind: "add" });
}
