import { describe, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { add } from "./add.js";
import { placeBack } from "./place-back.js";
import { normalizeAxis } from "./reduce.js";
import { slice } from "./slice.js";
import { squeeze } from "./squeeze.js";

type UnfoldAttrs = {
  readonly axis: number;
  readonly size: number;
  readonly step: number;
  readonly dilation: number;
  readonly count: number;
};

const op = defineOp<UnfoldAttrs>({
  name: "unfold",
  infer: ([x], { axis, size, count }) => ({
    dtype: x!.dtype,
    shape: [...x!.shape.map((d: number, i: number) => (i === axis ? count : d)), size],
  }),
  view: (x, { axis, step, dilation }) => ({
    strides: [...x.strides.map((s, i) => (i === axis ? s * step : s)), x.strides[axis]! * dilation],
    offset: x.offset,
  }),
  saves: { inputs: [] },
  vjp: ({ g, inputs: [x], attrs }) => [fold(g, attrs, x!.shape[attrs.axis]!)],
});

/**
 * Sliding windows along an axis, as a view: the axis then counts windows, and a new last dimension holds the elements
 * of each (torch.Tensor.unfold, with dilation).
 *
 * @param size elements of a window
 * @param step distance between windows
 * @param dilation distance between the elements of a window
 * @throws ShapeError when no window fits.
 *
 * @example
 * ```ts
 * import { tensor, unfold } from "@nn/tensor";
 *
 * await unfold(tensor([1, 2, 3, 4]), 0, 2).array(); // => [[1, 2], [2, 3], [3, 4]]
 * ```
 */
export function unfold(x: Tensor, axis: number, size: number, step = 1, dilation = 1): Tensor {
  const at = normalizeAxis("unfold", x, axis);
  const count = Math.floor((x.shape[at]! - dilation * (size - 1) - 1) / step) + 1;
  if (count >= 1 && size >= 1 && step >= 1 && dilation >= 1) {
    return op.call([x], { axis: at, size, step, dilation, count });
  }
  throw new ShapeError({
    where: "unfold",
    problem: "no window fits",
    rows: [
      ["input", describe(x)],
      ["axis", String(axis), `size ${x.shape[at]}`],
      ["window", `size ${size}, step ${step}, dilation ${dilation}`, `spans ${dilation * (size - 1) + 1}`],
    ],
    fix: "pad the input, or use a smaller window",
  });
}

/** Adds the windows back where they came from. */
function fold(g: Tensor, { axis, size, step, dilation }: UnfoldAttrs, full: number): Tensor {
  let total: Tensor | undefined;
  for (let k = 0; k < size; k++) {
    const column = squeeze(slice(g, -1, k, k + 1), -1);
    const placed = placeBack(column, axis, k * dilation, step, full);
    total = total === undefined ? placed : add(total, placed);
  }
  return total!;
}
