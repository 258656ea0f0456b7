import { describe, ShapeError } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { permute } from "./permute.js";
import { normalizeAxis } from "./reduce.js";

/**
 * Two dimensions swapped, the last two by default, as a view (torch.transpose).
 *
 * @throws ShapeError when an axis does not exist.
 *
 * @example
 * ```ts
 * import { tensor, transpose } from "@nn/tensor";
 *
 * await transpose(tensor([[1, 2], [3, 4]])).array(); // => [[1, 3], [2, 4]]
 * ```
 */
export function transpose(x: Tensor, axis0 = -2, axis1 = -1): Tensor {
  if (x.rank < 2 && axis0 === -2 && axis1 === -1) {
    throw new ShapeError({
      where: "transpose",
      problem: "there are no two dimensions to swap",
      rows: [["input", describe(x), `rank ${x.rank}`]],
      fix: "add one with unsqueeze",
    });
  }
  const a = normalizeAxis("transpose", x, axis0);
  const b = normalizeAxis("transpose", x, axis1);
  return permute(
    x,
    x.shape.map((_: number, i: number) => (i === a ? b : i === b ? a : i)),
  );
}
