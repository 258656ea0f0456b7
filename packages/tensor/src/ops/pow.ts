import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineBinary } from "./binary.js";
import { equal } from "./compare.js";
import { log } from "./log.js";
import { mul } from "./mul.js";
import { sub } from "./sub.js";
import { where } from "./where.js";

const op = defineBinary("pow", true, ({ g, inputs: [a, b], need }) => [
  // b = 0 and a = 0 would give 0 · inf.
  need[0] ? mul(g, where(equal(b!, 0), 0, mul(b!, pow(a!, sub(b!, 1))))) : undefined,
  need[1] ? mul(g, where(equal(a!, 0), 0, mul(pow(a!, b!), log(a!)))) : undefined,
]);

/**
 * `a` to the power of `b`. Elementwise with broadcasting (torch.pow).
 *
 * @throws ShapeError when the shapes do not broadcast, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { pow, tensor } from "@nn/tensor";
 *
 * await pow(tensor([2, 3]), 2).array(); // => [4, 9]
 * ```
 */
export function pow(a: TensorLike, b: TensorLike): Tensor {
  return op.call(binaryOperands("pow", a, b), { kind: "pow" });
}
