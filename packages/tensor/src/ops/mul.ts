import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineBinary } from "./binary.js";

const op = defineBinary("mul", true, ({ g, inputs: [a, b], need }) => [
  need[0] ? mul(g, b!) : undefined,
  need[1] ? mul(g, a!) : undefined,
]);

/**
 * `a * b`. Elementwise with broadcasting; a number takes the other operand's dtype.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { mul, tensor } from "@nn/tensor";
 *
 * await mul(tensor([1, 2]), tensor([3, 4])).array(); // => [3, 8]
 * ```
 */
export function mul(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("mul", a, b), { kind: "mul" });
}
