import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineComparison } from "./binary.js";

const logicalAndOp = defineComparison("logicalAnd");
const logicalOrOp = defineComparison("logicalOr");

/**
 * `a && b`, as bool. Elementwise with broadcasting (torch.logical_and).
 *
 * @example
 * ```ts
 * import { logicalAnd, tensor } from "@nn/tensor";
 *
 * await logicalAnd(tensor([1, 1]), tensor([1, 0])).array(); // => [true, false]
 * ```
 */
export function logicalAnd(a: TensorLike, b: TensorLike): Tensor {
  return logicalAndOp.call(binaryOperands("logicalAnd", a, b), { kind: "logicalAnd" });
}

/**
 * `a || b`, as bool. Elementwise with broadcasting (torch.logical_or).
 *
 * @example
 * ```ts
 * import { logicalOr, tensor } from "@nn/tensor";
 *
 * await logicalOr(tensor([1, 0]), tensor([0, 0])).array(); // => [true, false]
 * ```
 */
export function logicalOr(a: TensorLike, b: TensorLike): Tensor {
  return logicalOrOp.call(binaryOperands("logicalOr", a, b), { kind: "logicalOr" });
}
