import type { Shape } from "@nn/backend";
import { describe, ShapeError, sameShape } from "@nn/backend";
import { defineOp } from "../core/op.js";
import { expandStrides } from "../core/operands.js";
import type { Ranked, ShapeArgument } from "../core/ranked.js";
import type { Tensor } from "../core/tensor.js";

const op = defineOp<{ readonly shape: Shape }>({
  name: "expand",
  infer: ([x], { shape }) => {
    const from = x!.shape as Shape;
    const shift = shape.length - from.length;
    if (shift >= 0 && from.every((d, i) => d === 1 || d === shape[i + shift])) return { dtype: x!.dtype, shape };
    throw new ShapeError({
      where: "expand",
      problem: "the shape does not broadcast to the new one",
      rows: [
        ["input", describe(x!)],
        ["shape", `[${shape.join(", ")}]`],
      ],
      fix: "only dimensions of size 1, and new ones on the left, can be expanded",
    });
  },
  view: (x, { shape }) => ({ strides: expandStrides(x.shape, x.strides, shape), offset: x.offset }),
  saves: { inputs: [] },
  // The tape sums the gradient back to the input's shape.
  vjp: ({ g }) => [g],
});

/**
 * Broadcast to a larger shape, as a view of the same memory (torch's `expand`).
 *
 * @throws ShapeError when the shape does not broadcast to the new one.
 *
 * @example
 * ```ts
 * import { expand, tensor } from "@nn/tensor";
 *
 * await expand(tensor([1, 2]), [2, 2]).array(); // => [[1, 2], [1, 2]]
 * ```
 */
export function expand<S extends ShapeArgument>(x: Tensor, shape: S): Tensor<Ranked<S>> {
  return sameShape(x.shape, shape) ? x : op.call([x], { shape });
}
