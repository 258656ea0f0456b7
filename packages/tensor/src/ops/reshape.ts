import type { Shape } from "@nn/backend";
import { denseStrides, describe, isDense, ShapeError, sizeOf } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Ranked, ShapeArgument } from "../core/ranked.js";
import type { Tensor } from "../core/tensor.js";
import { contiguous } from "./contiguous.js";

const op = defineOp<{ readonly shape: Shape }>({
  name: "reshape",
  infer: ([x], { shape }) => ({ dtype: x!.dtype, shape }),
  view: (x, { shape }) => ({ strides: viewStrides(x, shape)!, offset: x.offset }),
  saves: { inputs: [] },
  vjp: ({ g, inputs: [x] }) => [reshape(g, x!.shape)],
});

/**
 * The same elements in another shape (torch.reshape); one dimension may be -1. A view where the strides allow it,
 * else a copy.
 *
 * @throws ShapeError when the number of elements differs.
 *
 * @example
 * ```ts
 * import { reshape, tensor } from "@nn/tensor";
 *
 * reshape(tensor([1, 2, 3, 4, 5, 6]), [2, -1]).shape; // => [2, 3]
 * ```
 */
export function reshape<S extends ShapeArgument>(x: Tensor, shape: S): Tensor<Ranked<S>> {
  const target = resolve(x, shape);
  const source = viewStrides(x, target) === null ? contiguous(x) : x;
  return op.call([source], { shape: target });
}

function resolve(x: Tensor, shape: Shape): Shape {
  const unknown = shape.indexOf(-1);
  const size = x.size;
  const known = unknown === -1 ? sizeOf(shape) : -sizeOf(shape);
  const fits = unknown === -1 ? known === size : known > 0 && size % known === 0;
  if (!fits || shape.some((d, i) => (d < 0 && i !== unknown) || !Number.isInteger(d))) {
    throw new ShapeError({
      where: "reshape",
      problem: "the number of elements differs",
      rows: [
        ["input", describe(x), `${size} elements`],
        ["shape", `[${shape.join(", ")}]`, unknown === -1 ? `${known} elements` : ""],
      ],
      fix: "the product of the new dimensions must be that of the old ones; one of them may be -1",
    });
  }
  return unknown === -1 ? shape : shape.map((d) => (d === -1 ? size / known : d));
}

/** Strides that show the elements in the new shape without a copy, or null where there are none. */
function viewStrides(x: Tensor, shape: Shape): readonly number[] | null {
  if (isDense(x) || x.size === 0) return denseStrides(shape);
  const strides = new Array<number>(shape.length);
  let d = x.rank - 1;
  let s = shape.length - 1;
  // Goes through both shapes from the right in runs of equal size; each old run must be evenly strided.
  while (d >= 0) {
    const run = runStart(x, d);
    let size = 1;
    for (let i = run; i <= d; i++) size *= x.shape[i]!;
    let step = x.strides[d]!;
    while (s >= 0 && size > 1) {
      const extent = shape[s]!;
      if (size % extent !== 0) return null;
      strides[s--] = step;
      step *= extent;
      size /= extent;
    }
    if (size > 1) return null;
    d = run - 1;
  }
  while (s >= 0) strides[s--] = 1;
  return strides;
}

/** First dimension of the evenly strided run that ends at `d`. */
function runStart(x: Tensor, d: number): number {
  let start = d;
  while (start > 0 && x.strides[start - 1] === x.strides[start]! * x.shape[start]!) start--;
  return start;
}
