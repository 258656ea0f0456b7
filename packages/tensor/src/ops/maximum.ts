import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { shareOfLarger } from "./share-of-larger.js";

const op = defineBinary("maximum", true, ({ g, inputs: [a, b], need }) => [
  need[0] ? shareOfLarger(g, a!, b!) : undefined,
  need[1] ? shareOfLarger(g, b!, a!) : undefined,
]);

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
