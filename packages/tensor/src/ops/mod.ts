import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { div } from "./div.js";
import { floor } from "./floor.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";

const op = defineBinary("mod", true, ({ g, inputs: [a, b], need }) => [
  g,
  need[1] ? neg(mul(g, floor(div(a!, b!)))) : undefined,
]);

/**
 * The remainder with the sign of the divisor (torch.remainder). Elementwise with broadcasting; a number takes the other operand's dtype.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { mod, tensor } from "@nn/tensor";
 *
 * await mod(tensor([-1, 7]), tensor([3, 3])).array(); // => [2, 1]
 * ```
 */
export function mod(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("mod", a, b), { kind: "mod" });
}
