import { defineOp } from "../core/op.js";
import type { Tensor } from "../core/tensor.js";
import { type Axes, normalizeAxes } from "./reduce.js";

const op = defineOp<{ readonly axes: readonly number[] }>({
  name: "flip",
  infer: ([x]) => x!,
  view: (x, { axes }) => ({
    strides: x.strides.map((s, i) => (axes.includes(i) ? -s : s)),
    offset: axes.reduce((offset, axis) => offset + Math.max(0, x.shape[axis]! - 1) * x.strides[axis]!, x.offset),
  }),
  saves: { inputs: [] },
  vjp: ({ g, attrs }) => [flip(g, attrs.axes)],
});

/**
 * Elements in reverse order along axes, as a view (torch.flip); all axes by default.
 *
 * @throws ShapeError when an axis does not exist.
 *
 * @example
 * ```ts
 * import { flip, tensor } from "@nn/tensor";
 *
 * await flip(tensor([1, 2, 3]), 0).array(); // => [3, 2, 1]
 * ```
 */
export function flip(x: Tensor, axes?: Axes): Tensor {
  const list = normalizeAxes("flip", x, axes);
  return list.length === 0 ? x : op.call([x], { axes: list });
}
