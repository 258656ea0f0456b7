import { describe, ShapeError } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { normalizeAxis } from "./reduce.js";
import { slice } from "./slice.js";

/**
 * Cuts a tensor along an axis into views (torch.split).
 *
 * @param sizes elements of each part (the last may be shorter), or a list of sizes that adds up to the whole
 * @throws ShapeError when the sizes do not add up.
 *
 * @example
 * ```ts
 * import { split, tensor } from "@nn/tensor";
 *
 * split(tensor([1, 2, 3]), 2).map((part) => part.shape); // => [[2], [1]]
 * ```
 */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  const at = normalizeAxis("split", x, axis);
  const total = x.shape[at]!;
  const list = typeof sizes === "number" ? equalSizes(total, sizes) : sizes;
  if (list.some((size) => !Number.isInteger(size) || size < 0) || list.reduce((sum, size) => sum + size, 0) !== total) {
    throw new ShapeError({
      where: "split",
      problem: "the sizes do not add up to the whole",
      rows: [
        ["input", describe(x)],
        ["axis", String(axis), `size ${total}`],
        ["sizes", typeof sizes === "number" ? String(sizes) : `[${sizes.join(", ")}]`],
      ],
      fix: "give a positive size, or sizes whose sum is that of the axis",
    });
  }
  let start = 0;
  return list.map((size) => {
    start += size;
    return slice(x, at, start - size, start);
  });
}

function equalSizes(total: number, size: number): number[] {
  if (!(size > 0)) return [-1];
  return Array.from({ length: Math.max(1, Math.ceil(total / size)) }, (_, i) => Math.min(size, total - i * size));
}
