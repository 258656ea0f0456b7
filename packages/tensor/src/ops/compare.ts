import type { Tensor, TensorLike } from "../core/tensor.js";
import { binaryOperands, defineComparison } from "./binary.js";

const equalOp = defineComparison("equal");
const notEqualOp = defineComparison("notEqual");
const lessOp = defineComparison("less");
const lessEqualOp = defineComparison("lessEqual");
const greaterOp = defineComparison("greater");
const greaterEqualOp = defineComparison("greaterEqual");

/**
 * `a == b`, as bool. Elementwise with broadcasting (torch.eq).
 *
 * @example
 * ```ts
 * import { equal, tensor } from "@nn/tensor";
 *
 * await equal(tensor([1, 2]), tensor([1, 3])).array(); // => [true, false]
 * ```
 */
export function equal(a: TensorLike, b: TensorLike): Tensor {
  return equalOp.call(binaryOperands("equal", a, b), { kind: "equal" });
}

/**
 * `a != b`, as bool. Elementwise with broadcasting (torch.ne).
 *
 * @example
 * ```ts
 * import { notEqual, tensor } from "@nn/tensor";
 *
 * await notEqual(tensor([1, 2]), tensor([1, 3])).array(); // => [false, true]
 * ```
 */
export function notEqual(a: TensorLike, b: TensorLike): Tensor {
  return notEqualOp.call(binaryOperands("notEqual", a, b), { kind: "notEqual" });
}

/**
 * `a < b`, as bool. Elementwise with broadcasting (torch.lt).
 *
 * @example
 * ```ts
 * import { less, tensor } from "@nn/tensor";
 *
 * await less(tensor([1, 2]), tensor([2, 2])).array(); // => [true, false]
 * ```
 */
export function less(a: TensorLike, b: TensorLike): Tensor {
  return lessOp.call(binaryOperands("less", a, b), { kind: "less" });
}

/**
 * `a <= b`, as bool. Elementwise with broadcasting (torch.le).
 *
 * @example
 * ```ts
 * import { lessEqual, tensor } from "@nn/tensor";
 *
 * await lessEqual(tensor([3, 2]), tensor([2, 2])).array(); // => [false, true]
 * ```
 */
export function lessEqual(a: TensorLike, b: TensorLike): Tensor {
  return lessEqualOp.call(binaryOperands("lessEqual", a, b), { kind: "lessEqual" });
}

/**
 * `a > b`, as bool. Elementwise with broadcasting (torch.gt).
 *
 * @example
 * ```ts
 * import { greater, tensor } from "@nn/tensor";
 *
 * await greater(tensor([3, 2]), tensor([2, 2])).array(); // => [true, false]
 * ```
 */
export function greater(a: TensorLike, b: TensorLike): Tensor {
  return greaterOp.call(binaryOperands("greater", a, b), { kind: "greater" });
}

/**
 * `a >= b`, as bool. Elementwise with broadcasting (torch.ge).
 *
 * @example
 * ```ts
 * import { greaterEqual, tensor } from "@nn/tensor";
 *
 * await greaterEqual(tensor([1, 2]), tensor([2, 2])).array(); // => [false, true]
 * ```
 */
export function greaterEqual(a: TensorLike, b: TensorLike): Tensor {
  return greaterEqualOp.call(binaryOperands("greaterEqual", a, b), { kind: "greaterEqual" });
}
