import type { Tensor } from "../core/tensor.js";
import { mul } from "./mul.js";
import { type Axes, normalizeAxes, type ReduceOptions, reducedCount, requireFloat } from "./reduce.js";
import { sum } from "./sum.js";

/**
 * Mean over axes (torch.mean); NaN over nothing.
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws DTypeError when x is not f32 or f64, ShapeError when an axis does not exist.
 *
 * @example
 * ```ts
 * import { mean, tensor } from "@nn/tensor";
 *
 * await mean(tensor([[1, 2], [3, 4]]), 0).array(); // => [2, 3]
 * ```
 */
export function mean(x: Tensor, axes?: Axes, options?: ReduceOptions): Tensor {
  requireFloat("mean", x);
  const count = reducedCount(x.shape, normalizeAxes("mean", x, axes));
  return mul(sum(x, axes, options), 1 / count);
}
