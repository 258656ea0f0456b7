import { describe, ShapeError } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { normalizeAxis } from "./reduce.js";
import { reshape } from "./reshape.js";

/**
 * The dimensions from `startAxis` to `endAxis` (inclusive) as one (torch.flatten). A scalar becomes `[1]`.
 *
 * @throws ShapeError when an axis does not exist or the end is before the start.
 *
 * @example
 * ```ts
 * import { flatten, zeros } from "@nn/tensor";
 *
 * flatten(zeros([2, 3, 4]), 1).shape; // => [2, 12]
 * ```
 */
export function flatten(x: Tensor, startAxis = 0, endAxis = -1): Tensor {
  if (x.rank === 0) return reshape(x, [1]);
  const start = normalizeAxis("flatten", x, startAxis);
  const end = normalizeAxis("flatten", x, endAxis);
  if (end < start) {
    throw new ShapeError({
      where: "flatten",
      problem: "the last axis comes before the first",
      rows: [
        ["input", describe(x)],
        ["axes", `${startAxis} to ${endAxis}`],
      ],
      fix: "swap them",
    });
  }
  let size = 1;
  for (let i = start; i <= end; i++) size *= x.shape[i]!;
  return reshape(x, [...x.shape.slice(0, start), size, ...x.shape.slice(end + 1)]);
}
