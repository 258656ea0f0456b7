import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";
import { sumTo } from "./sum-to.js";

const op = defineBinary("div", true, ({ g, inputs: [a, b], need }) => [
  need[0] ? div(g, b!) : undefined,
  // A divisor that was expanded: the sum first, so that the rest is small.
  need[1] ? neg(div(sumTo(mul(g, a!), b!.shape), mul(b!, b!))) : undefined,
]);

/**
 * `a / b`; i32 truncates toward zero. Elementwise with broadcasting; a number takes the other operand's dtype.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { div, tensor } from "@nn/tensor";
 *
 * await div(tensor([1, 6]), tensor([4, 3])).array(); // => [0.25, 2]
 * ```
 */
export function div(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("div", a, b), { kind: "div" });
}
