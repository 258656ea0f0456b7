import type { Shape } from "@nn/backend";
import { sameShape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { reshape } from "./reshape.js";
import { sum } from "./sum.js";

/**
 * Undoes a broadcast: sums over the dimensions that were added or stretched.
 *
 * @example
 * ```ts
 * import { ones, sumTo } from "@nn/tensor";
 *
 * await sumTo(ones([2, 3]), [3]).array(); // => [2, 2, 2]
 * ```
 */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const from = x.shape as Shape;
  if (sameShape(from, shape)) return x;
  const added = from.length - shape.length;
  const axes: number[] = [];
  for (let i = 0; i < from.length; i++) if (i < added || (shape[i - added] === 1 && from[i] !== 1)) axes.push(i);
  const summed = axes.length === 0 ? x : sum(x, axes, { keepDims: true });
  return sameShape(summed.shape, shape) ? summed : reshape(summed, shape);
}
