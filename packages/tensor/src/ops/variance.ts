import type { Tensor } from "../core/tensor.js";
import { equal } from "./compare.js";
import { mean } from "./mean.js";
import { mul } from "./mul.js";
import { type Axes, normalizeAxes, type ReduceOptions, reducedCount, requireFloat } from "./reduce.js";
import { sqrt } from "./sqrt.js";
import { square } from "./square.js";
import { sub } from "./sub.js";
import { sum } from "./sum.js";
import { where } from "./where.js";

/** Options of `variance` and `standardDeviation`. */
export interface VarianceOptions extends ReduceOptions {
  /** Subtracted from the count: 1 (default) for the unbiased estimate, 0 for that of the whole population. */
  readonly correction?: number;
}

/**
 * Variance over axes, in two passes (torch.var). Unbiased by default.
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws DTypeError when x is not f32 or f64, ShapeError when an axis does not exist.
 *
 * @example
 * ```ts
 * import { tensor, variance } from "@nn/tensor";
 *
 * await variance(tensor([1, 2, 3])).item(); // => 1
 * ```
 */
export function variance(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  requireFloat("variance", x);
  const count = reducedCount(x.shape, normalizeAxes("variance", x, axes));
  const centered = sub(x, mean(x, axes, { keepDims: true }));
  return mul(sum(square(centered), axes, options), 1 / Math.max(count - (options.correction ?? 1), 0));
}

/**
 * Standard deviation over axes: the square root of `variance` (torch.std).
 *
 * @example
 * ```ts
 * import { standardDeviation, tensor } from "@nn/tensor";
 *
 * await standardDeviation(tensor([1, 3]), undefined, { correction: 0 }).item(); // => 1
 * ```
 */
export function standardDeviation(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  const spread = variance(x, axes, options);
  // The root is infinitely steep at 0: equal elements get no gradient instead of NaN, as in PyTorch.
  const isZero = equal(spread, 0);
  return where(isZero, 0, sqrt(where(isZero, 1, spread)));
}
