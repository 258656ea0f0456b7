import type { Shape } from "@nn/backend";
import { DTypeError, describe, ShapeError, sameShape } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { zeros } from "../create/zeros.js";
import { normalizeAxis } from "./reduce.js";
import { scatterAdd } from "./scatter-add.js";

const op = defineOp<{ readonly axis: number }>({
  name: "gather",
  infer: ([x, index], { axis }) => {
    checkIndex("gather", x!, index!, axis);
    return { dtype: x!.dtype, shape: index!.shape };
  },
  saves: { inputs: [1] },
  vjp: ({ g, inputs: [x, index], attrs }) => [
    scatterAdd(zeros(x!.shape, { dtype: g.dtype, backend: g.backend }), attrs.axis, index!, g),
    undefined,
  ],
});

/**
 * Picks elements along an axis (torch.gather): the result has the index's shape and reads x at the same coordinates,
 * with `axis` replaced by the index. An index out of range gives NaN (0 in i32 and bool).
 *
 * @param index i32, of x's rank; outside of `axis` of x's size
 * @throws ShapeError, DTypeError
 *
 * @example
 * ```ts
 * import { gather, tensor } from "@nn/tensor";
 *
 * const x = tensor([[1, 2], [3, 4]]);
 * await gather(x, 1, tensor([[1], [0]], { dtype: "i32" })).array(); // => [[2], [3]]
 * ```
 */
export function gather(x: Tensor, axis: number, index: Tensor): Tensor {
  return op.call([x, index], { axis: normalizeAxis("gather", x, axis) });
}

/**
 * Throws unless the index is i32 and fits x everywhere but along the axis.
 *
 * @example
 * ```ts
 * import { checkIndex, tensor, zeros } from "@nn/tensor";
 *
 * checkIndex("pick", zeros([2, 3]), tensor([[0], [1]], { dtype: "i32" }), 1); // does not throw
 * ```
 */
export function checkIndex(where: string, x: Tensor, index: Tensor, axis: number): void {
  const rows = [
    ["input", describe(x)],
    ["index", describe(index)],
  ] as const;
  if (index.dtype !== "i32") {
    throw new DTypeError({
      where,
      problem: "the index must be i32",
      rows: [...rows, ["expected", "i32", `got ${index.dtype}`]],
      fix: 'index.cast("i32")',
    });
  }
  const others = (shape: Shape) => shape.filter((_, i) => i !== axis);
  if (
    index.rank === x.rank &&
    sameShape(others(x.shape), others(index.shape)) &&
    (x.shape[axis] !== 0 || index.size === 0)
  )
    return;
  throw new ShapeError({
    where,
    problem: "the index does not fit the input",
    rows: [...rows, ["expected", `the input's sizes everywhere but on axis ${axis}`]],
    fix: "unsqueeze and expand the index; for whole rows use indexSelect",
  });
}
