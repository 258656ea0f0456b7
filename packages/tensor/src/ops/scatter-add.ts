import { DTypeError, describe, ShapeError, sameShape } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { greaterEqual, less } from "./compare.js";
import { checkIndex, gather } from "./gather.js";
import { logicalAnd } from "./logical.js";
import { normalizeAxis } from "./reduce.js";
import { where } from "./where.js";

const op = defineOp<{ readonly axis: number }>({
  name: "scatterAdd",
  infer: ([base, index, updates], { axis }) => {
    checkIndex("scatterAdd", base!, index!, axis);
    const rows = [
      ["base", describe(base!)],
      ["index", describe(index!)],
      ["updates", describe(updates!)],
    ] as const;
    if (!sameShape(index!.shape, updates!.shape)) {
      throw new ShapeError({
        where: "scatterAdd",
        problem: "index and updates differ in shape",
        rows,
        fix: "expand the index to the updates' shape",
      });
    }
    if (base!.dtype === updates!.dtype && base!.dtype !== "bool") return base!;
    throw new DTypeError({
      where: "scatterAdd",
      problem: "base and updates must have the same dtype, and not bool",
      rows,
      fix: "cast one of them",
    });
  },
  // With nothing to add, the result is the base.
  composed: ([base]) => base!,
  saves: { inputs: [1] },
  vjp: ({ g, inputs: [, index], attrs, need }) => [
    g,
    undefined,
    need[2] ? gatherExisting(g, attrs.axis, index!) : undefined,
  ],
});

/** `gather`, but what was added nowhere gets 0 instead of NaN. */
function gatherExisting(g: Tensor, axis: number, index: Tensor): Tensor {
  const exists = logicalAnd(greaterEqual(index, 0), less(index, g.shape[axis]!));
  return where(exists, gather(g, axis, index), 0);
}

/**
 * `base` plus `updates` at the places that the index names along an axis (torch.scatter_add). An index out of range
 * adds nothing, and its update gets no gradient.
 *
 * @param index i32, of the updates' shape
 * @throws ShapeError, DTypeError
 *
 * @example
 * ```ts
 * import { scatterAdd, tensor, zeros } from "@nn/tensor";
 *
 * const index = tensor([0, 2, 0], { dtype: "i32" });
 * await scatterAdd(zeros([3]), 0, index, tensor([1, 2, 3])).array(); // => [4, 0, 2]
 * ```
 */
export function scatterAdd(base: Tensor, axis: number, index: Tensor, updates: Tensor): Tensor {
  return op.call([base, index, updates], { axis: normalizeAxis("scatterAdd", base, axis) });
}
