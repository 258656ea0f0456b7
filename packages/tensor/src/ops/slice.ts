import { describe, ShapeError } from "@nn/backend";
import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { placeBack } from "./place-back.js";
import { normalizeAxis } from "./reduce.js";

type SliceAttrs = { readonly axis: number; readonly start: number; readonly length: number; readonly step: number };

const op = defineOp<SliceAttrs>({
  name: "slice",
  infer: ([x], { axis, length }) => ({
    dtype: x!.dtype,
    shape: x!.shape.map((d: number, i: number) => (i === axis ? length : d)),
  }),
  view: (x, { axis, start, length, step }) => ({
    strides: x.strides.map((s, i) => (i === axis ? s * step : s)),
    offset: x.offset + (length === 0 ? 0 : start * x.strides[axis]!),
  }),
  saves: { inputs: [] },
  vjp: ({ g, inputs: [x], attrs }) => [placeBack(g, attrs.axis, attrs.start, attrs.step, x!.shape[attrs.axis]!)],
});

/**
 * Elements `start` to `end` (exclusive) along an axis, every `step`-th, as a view. Bounds count from the end when
 * negative and are clipped, as in Python; a negative step goes backwards (`end` undefined: to the very end).
 *
 * @throws ShapeError when the axis does not exist or the step is 0.
 *
 * @example
 * ```ts
 * import { slice, tensor } from "@nn/tensor";
 *
 * await slice(tensor([1, 2, 3, 4, 5]), 0, 1, -1, 2).array(); // => [2, 4]
 * ```
 */
export function slice(x: Tensor, axis: number, start: number, end?: number, step = 1): Tensor {
  const at = normalizeAxis("slice", x, axis);
  const size = x.shape[at]!;
  if (step === 0 || !Number.isInteger(step) || !Number.isInteger(start) || !Number.isInteger(end ?? 0)) {
    throw new ShapeError({
      where: "slice",
      problem: "start, end and step must be integers, and the step not 0",
      rows: [
        ["input", describe(x)],
        ["slice", `${start} to ${end ?? "the end"} by ${step}`],
      ],
      fix: "use slice(axis, start, end, step) with a step of 1 or more, or a negative one to go backwards",
    });
  }
  const clip = (bound: number, low: number, high: number) =>
    Math.min(Math.max(bound < 0 ? bound + size : bound, low), high);
  const from = step > 0 ? clip(start, 0, size) : clip(start, -1, size - 1);
  const to = end === undefined ? (step > 0 ? size : -1) : step > 0 ? clip(end, 0, size) : clip(end, -1, size - 1);
  const length = Math.max(0, Math.ceil((to - from) / step));
  if (length === size && step === 1) return x;
  return op.call([x], { axis: at, start: from, length, step });
}
