import { describe, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { normalizeAxis } from "./reduce.js";

const op = defineOp<{ readonly axes: readonly number[] }>({
  name: "permute",
  infer: ([x], { axes }) => ({ dtype: x!.dtype, shape: axes.map((axis) => x!.shape[axis]!) }),
  view: (x, { axes }) => ({ strides: axes.map((axis) => x.strides[axis]!), offset: x.offset }),
  saves: { inputs: [] },
  vjp: ({ g, attrs }) => [
    permute(
      g,
      attrs.axes.map((_, i) => attrs.axes.indexOf(i)),
    ),
  ],
});

/**
 * Dimensions in another order, as a view (torch.permute).
 *
 * @param axes which axis of x comes at each place; every axis once
 * @throws ShapeError when the axes are no permutation.
 *
 * @example
 * ```ts
 * import { permute, zeros } from "@nn/tensor";
 *
 * permute(zeros([2, 3, 4]), [2, 0, 1]).shape; // => [4, 2, 3]
 * ```
 */
export function permute(x: Tensor, axes: readonly number[]): Tensor {
  const normal = axes.map((axis) => normalizeAxis("permute", x, axis));
  if (normal.length === x.rank && new Set(normal).size === normal.length) return op.call([x], { axes: normal });
  throw new ShapeError({
    where: "permute",
    problem: "the axes are no permutation of the dimensions",
    rows: [
      ["input", describe(x), `rank ${x.rank}`],
      ["axes", `[${axes.join(", ")}]`],
    ],
    fix: "name every axis exactly once",
  });
}
