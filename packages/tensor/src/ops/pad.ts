import type { Shape } from "@nn/backend";
import { DataError, describe, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { full } from "../create/full.js";
import { type PadMode, padMode } from "./pad-mode.js";

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

/** Options of `pad`. */
export interface PadOptions {
  /**
   * What the new elements are: `value` (`"constant"`, the default), a mirror image without the edge itself
   * (`"reflect"`), the edge (`"replicate"`), or those of the other end (`"circular"`).
   */
  readonly mode?: "constant" | PadMode;
  /** Of mode `"constant"`. Default 0. */
  readonly value?: number;
}

/**
 * Adds elements around the tensor (torch.nn.functional.pad). In mode `"constant"` negative amounts crop.
 *
 * @param padding one `[before, after]` pair per dimension, outermost first
 * @param options the value (default 0), or `{ mode, value }`
 * @throws ShapeError when there is not one pair per dimension, more is cropped than there is, or a mode has too few
 * elements to take from: `"reflect"` needs more than it adds, `"circular"` as many. DataError for another mode.
 *
 * @example
 * ```ts
 * import { pad, tensor } from "@nn/tensor";
 *
 * const x = tensor([1, 2, 3]);
 * await pad(x, [[1, 2]]).array(); // => [0, 1, 2, 3, 0, 0]
 * await pad(x, [[1, 2]], { mode: "reflect" }).array(); // => [2, 1, 2, 3, 2, 1]
 * ```
 */
export function pad(x: Tensor, padding: readonly Padding[], options: number | PadOptions = 0): Tensor {
  if (padding.length === x.rank && padding.every(([before, after]) => before === 0 && after === 0)) return x;
  const { mode = "constant", value = 0 } = typeof options === "number" ? { value: options } : options;
  switch (mode) {
    case "constant": {
      const attrs = { before: padding.map((pair) => pair[0]), after: padding.map((pair) => pair[1]) };
      return op.call([x], attrs, { scalars: [value] });
    }
    case "reflect":
    case "replicate":
    case "circular":
      return padMode(x, padding, mode);
    default:
      throw new DataError({
        where: "pad",
        problem: "the mode is not known",
        rows: [["expected", '"constant", "reflect", "replicate" or "circular"', `got ${JSON.stringify(mode)}`]],
        fix: "use one of these",
      });
  }
}
