import { describe, ShapeError } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { reshape } from "./reshape.js";

/**
 * A new dimension of size 1 at `axis` (torch.unsqueeze); -1 puts it last.
 *
 * @throws ShapeError when the axis is out of range.
 *
 * @example
 * ```ts
 * import { tensor, unsqueeze } from "@nn/tensor";
 *
 * unsqueeze(tensor([1, 2]), 0).shape; // => [1, 2]
 * ```
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const at = axis < 0 ? axis + x.rank + 1 : axis;
  if (Number.isInteger(axis) && at >= 0 && at <= x.rank) {
    return reshape(x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)]);
  }
  throw new ShapeError({
    where: "unsqueeze",
    problem: "the axis is out of range",
    rows: [
      ["input", describe(x), `rank ${x.rank}`],
      ["axis", String(axis)],
    ],
    fix: `use an axis from ${-x.rank - 1} to ${x.rank}`,
  });
}
