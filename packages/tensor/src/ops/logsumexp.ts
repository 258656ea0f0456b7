import { stopGradient } from "../autograd/stop-gradient.js";
import type { Tensor } from "../core/tensor.js";
import { abs } from "./abs.js";
import { add } from "./add.js";
import { equal } from "./compare.js";
import { exp } from "./exp.js";
import { log } from "./log.js";
import { max } from "./max.js";
import { type Axes, dropAxes, normalizeAxes, type ReduceOptions, requireFloat } from "./reduce.js";
import { reshape } from "./reshape.js";
import { sub } from "./sub.js";
import { sum } from "./sum.js";
import { where } from "./where.js";

/**
 * `log(sum(exp(x)))` over axes, without overflow (torch.logsumexp).
 *
 * @param axes the axes to reduce; all of them by default. Negative ones count from the end.
 * @throws DTypeError when x is not f32 or f64, ShapeError when an axis does not exist or there is nothing to reduce.
 *
 * @example
 * ```ts
 * import { logsumexp, tensor } from "@nn/tensor";
 *
 * await logsumexp(tensor([1000])).item(); // => 1000
 * ```
 */
export function logsumexp(x: Tensor, axes?: Axes, options: ReduceOptions = {}): Tensor {
  requireFloat("logsumexp", x);
  const list = normalizeAxes("logsumexp", x, axes);
  const largest = stopGradient(max(x, list, { keepDims: true }));
  // An infinite maximum would give inf - inf.
  const shift = where(equal(abs(largest), Number.POSITIVE_INFINITY), 0, largest);
  const result = add(log(sum(exp(sub(x, shift)), list, { keepDims: true })), shift);
  return options.keepDims === true ? result : reshape(result, dropAxes(x.shape, list));
}
