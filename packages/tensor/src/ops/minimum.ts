import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { shareOfLarger } from "./share-of-larger.js";

const op = defineBinary("minimum", true, ({ g, inputs: [a, b], need }) => [
  need[0] ? shareOfLarger(g, b!, a!) : undefined,
  need[1] ? shareOfLarger(g, a!, b!) : undefined,
]);

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
