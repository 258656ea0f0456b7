import { DTypeError, describe, ShapeError } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { expand } from "./expand.js";
import { gather } from "./gather.js";
import { normalizeAxis } from "./reduce.js";
import { reshape } from "./reshape.js";

/**
 * Whole slices along an axis, in the order of the index (torch.index_select).
 *
 * @param index i32, one-dimensional
 * @throws ShapeError, DTypeError
 *
 * @example
 * ```ts
 * import { indexSelect, tensor } from "@nn/tensor";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * await indexSelect(x, 0, tensor([1, 1], { dtype: "i32" })).array(); // => [[3, 4], [3, 4]]
 * ```
 */
export function indexSelect(x: Tensor, axis: number, index: Tensor): Tensor {
  const at = normalizeAxis("indexSelect", x, axis);
  if (index.dtype !== "i32") {
    throw new DTypeError({
      where: "indexSelect",
      problem: "the index must be i32",
      rows: [["index", describe(index)]],
      fix: 'index.cast("i32")',
    });
  }
  if (index.rank !== 1) {
    throw new ShapeError({
      where: "indexSelect",
      problem: "the index must have one dimension",
      rows: [["index", describe(index)]],
      fix: "flatten it, or use gather for an index per element",
    });
  }
  const count = index.shape[0]!;
  const column = reshape(
    index,
    x.shape.map((_: number, i: number) => (i === at ? count : 1)),
  );
  return gather(
    x,
    at,
    expand(
      column,
      x.shape.map((d: number, i: number) => (i === at ? count : d)),
    ),
  );
}
