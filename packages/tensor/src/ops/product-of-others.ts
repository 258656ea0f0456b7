import type { Tensor } from "../core/tensor.js";
import { cast } from "./cast.js";
import { equal } from "./compare.js";
import { div } from "./div.js";
import { logicalAnd } from "./logical.js";
import { prod } from "./prod.js";
import { sum } from "./sum.js";
import { where } from "./where.js";

/** For each element the product of all others along the axes, also where some are 0. */
export function productOfOthers(x: Tensor, y: Tensor, axes: readonly number[]): Tensor {
  const isZero = equal(x, 0);
  const filled = where(isZero, 1, x);
  const zeros = sum(cast(isZero, "i32"), axes, { keepDims: true });
  const withoutZero = prod(filled, axes, { keepDims: true });
  // One zero: only its own partial derivative is left. More: none.
  const atZero = where(logicalAnd(isZero, equal(zeros, 1)), withoutZero, 0);
  return where(equal(zeros, 0), div(y, filled), atZero);
}
