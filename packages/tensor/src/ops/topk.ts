import { describe, ShapeError } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { argsort } from "./argsort.js";
import { gather } from "./gather.js";
import { normalizeAxis } from "./reduce.js";
import { slice } from "./slice.js";

/** Options of `topk`. */
export interface TopkOptions {
  /** The largest elements (default), or the smallest. */
  readonly largest?: boolean;
}

/**
 * The k largest elements along an axis, in order, and where they are (torch.topk).
 *
 * @throws ShapeError when k is larger than the axis, or the axis does not exist.
 *
 * @example
 * ```ts
 * import { tensor, topk } from "@nn/tensor";
 *
 * const { values, indices } = topk(tensor([3, 9, 5]), 2);
 * await values.array(); // => [9, 5]
 * await indices.array(); // => [1, 2]
 * ```
 */
export function topk(x: Tensor, k: number, axis = -1, options: TopkOptions = {}): { values: Tensor; indices: Tensor } {
  const at = normalizeAxis("topk", x, axis);
  if (!Number.isInteger(k) || k < 0 || k > x.shape[at]!) {
    throw new ShapeError({
      where: "topk",
      problem: "k does not fit the axis",
      rows: [
        ["input", describe(x)],
        ["axis", String(axis), `size ${x.shape[at]}`],
        ["k", String(k)],
      ],
      fix: `use an integer from 0 to ${x.shape[at]}`,
    });
  }
  const indices = slice(argsort(x, at, { descending: options.largest !== false }), at, 0, k);
  return { values: gather(x, at, indices), indices };
}
