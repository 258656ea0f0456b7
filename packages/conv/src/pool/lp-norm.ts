import { pow, sqrt, square, type Tensor } from "@nn/tensor";
import { optionReason } from "../shared/pair.js";
import type { Reason } from "../shared/reasons.js";

/** The reason why a p is none. */
export function normReason(p: number): Reason | undefined {
  if (Number.isFinite(p) && p > 0) return undefined;
  return optionReason("normType", "a number above 0", p, "normType: 2; for the maximum use a max pool");
}

/** xᵖ */
export function power(x: Tensor, p: number): Tensor {
  // What has no powers goes on as it is: the pool says what is wrong with it.
  if (p === 1 || (x.dtype !== "f32" && x.dtype !== "f64")) return x;
  return p === 2 ? square(x) : pow(x, p);
}

/** The p-th root. */
export function root(x: Tensor, p: number): Tensor {
  return p === 1 ? x : p === 2 ? sqrt(x) : pow(x, 1 / p);
}
