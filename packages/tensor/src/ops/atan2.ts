import type { Tensor, TensorLike } from "../core/tensor.js";
import { add } from "./add.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { div } from "./div.js";
import { mul } from "./mul.js";
import { neg } from "./neg.js";

const op = defineBinary("atan2", true, ({ g, inputs: [a, b] }) => [
  div(mul(g, b!), add(mul(a!, a!), mul(b!, b!))),
  neg(div(mul(g, a!), add(mul(a!, a!), mul(b!, b!)))),
]);

/**
 * The angle of the point (b, a), in radians. Elementwise with broadcasting; a number takes the other operand's dtype.
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { atan2, tensor } from "@nn/tensor";
 *
 * await atan2(tensor([0]), tensor([1])).array(); // => [0]
 * ```
 */
export function atan2(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("atan2", a, b), { kind: "atan2" });
}
