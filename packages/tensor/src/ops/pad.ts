import type { Shape } from "@nn/backend";
import { describe, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { full } from "../create/full.js";

/** Elements before and after a dimension; negative ones crop. */
export type Padding = readonly [before: number, after: number];

type PadAttrs = { readonly before: readonly number[]; readonly after: readonly number[] };

const op = defineOp<PadAttrs>({
  name: "pad",
  kernel: "copy",
  infer: ([x], { before, after }) => {
    const from = x!.shape as Shape;
    const shape = from.map((d, i) => d + before[i]! + after[i]!);
    if (before.length === from.length && shape.every((d) => Number.isInteger(d) && d >= 0)) {
      return { dtype: x!.dtype, shape };
    }
    throw new ShapeError({
      where: "pad",
      problem: "the padding does not fit the tensor",
      rows: [
        ["input", describe(x!)],
        ["padding", before.map((b, i) => `[${b}, ${after[i]}]`).join(", ")],
        ["expected", `${from.length} pairs of integers that leave no dimension below 0`],
      ],
      fix: "give one [before, after] pair per dimension",
    });
  },
  composed: ([x], { before, after }, [value]) => {
    // Only an empty input comes here: nothing is left of it, and the result is all padding.
    const shape = x!.shape.map((d: number, i: number) => d + before[i]! + after[i]!);
    return full(shape, value ?? 0, { dtype: x!.dtype, backend: x!.backend });
  },
  saves: { inputs: [] },
  vjp: ({ g, attrs }) => [
    pad(
      g,
      attrs.before.map((b, i) => [-b, -attrs.after[i]!] as const),
    ),
  ],
});

/**
 * Adds constant elements around the tensor (torch.nn.functional.pad in mode "constant"). Negative amounts crop.
 *
 * @param padding one `[before, after]` pair per dimension, outermost first
 * @param value default 0
 * @throws ShapeError when there is not one pair per dimension or more is cropped than there is.
 *
 * @example
 * ```ts
 * import { pad, tensor } from "@nn/tensor";
 *
 * await pad(tensor([1, 2]), [[1, 2]]).array(); // => [0, 1, 2, 0, 0]
 * ```
 */
export function pad(x: Tensor, padding: readonly Padding[], value = 0): Tensor {
  if (padding.length === x.rank && padding.every(([before, after]) => before === 0 && after === 0)) return x;
  const attrs = { before: padding.map((pair) => pair[0]), after: padding.map((pair) => pair[1]) };
  return op.call([x], attrs, { scalars: [value] });
}
