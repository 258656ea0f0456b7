import {
  add,
  argmax,
  full,
  gather,
  isNaN,
  logicalOr,
  type Pool2dAttrs,
  reshape,
  type Shape,
  type Tensor,
  tensor,
  where,
} from "@nn/tensor";
import { windowsOf } from "../shared/windows.js";
import { pooledShape } from "./pool2d-attrs.js";

/**
 * Where the maximum of each window lies, row by row in an image of the given width, whose first element lies `before`
 * `[rows, columns]` from that of x: `(n · c, oh · ow)`, i32.
 */
export function placeOfMaximum(
  x: Tensor,
  attrs: Pool2dAttrs,
  width: number,
  before: readonly [rows: number, columns: number],
): Tensor {
  const { kernelSize, stride, dilation, padding } = attrs;
  const [n, c]: Shape = x.shape;
  const [, , oh, ow] = pooledShape(x.shape, attrs);
  const windows = windowsOf(x, kernelSize, attrs, Number.NEGATIVE_INFINITY);
  const winner = argmax(reshape(windows, [n * c, oh * ow, kernelSize[0] * kernelSize[1]]), -1);
  const [top, left] = [before[0] - padding[0], before[1] - padding[2]];
  const start = (i: number) => (Math.floor(i / ow) * stride[0] + top) * width + (i % ow) * stride[1] + left;
  const [, kw] = kernelSize;
  const within = (i: number) => Math.floor(i / kw) * dilation[0] * width + (i % kw) * dilation[1];
  const offsets = table(kernelSize[0] * kw, within, x);
  const chosen = gather(offsets.reshape([1, -1]).expand([n * c, kernelSize[0] * kw]), 1, winner);
  return add(chosen, table(oh * ow, start, x));
}

/**
 * Where the maximum `values` of each window lies, row by row in the image: `(n, c, oh, ow)`, i32. The first of equal ones
 * counts.
 */
export function placeOfValue(x: Tensor, values: Tensor, attrs: Pool2dAttrs): Tensor {
  const { kernelSize, stride, dilation, padding } = attrs;
  const [n, c, , w]: Shape = x.shape;
  const [, , oh, ow]: Shape = values.shape;
  const [kh, kw] = kernelSize;
  if (kh * kw > most) return reshape(placeOfMaximum(x, attrs, w, [0, 0]), [n, c, oh, ow]);
  const windows = windowsOf(x, kernelSize, attrs, Number.NEGATIVE_INFINITY);
  const at = (k: number) => windows.index(null, null, null, null, Math.floor(k / kw), k % kw);
  // Place by place of the window, the last one first, so that earlier ones win.
  let within = full(values.shape, 0, { dtype: "i32", backend: x.backend });
  for (let k = kh * kw - 1; k >= 0; k--) {
    const candidate = at(k);
    const found = logicalOr(candidate.equal(values), isNaN(candidate));
    within = where(found, Math.floor(k / kw) * dilation[0] * w + (k % kw) * dilation[1], within);
  }
  const start = (i: number) => (Math.floor(i / ow) * stride[0] - padding[0]) * w + (i % ow) * stride[1] - padding[2];
  return add(within, reshape(table(oh * ow, start, x), [oh, ow]));
}

/** Windows of more elements are laid out side by side instead. */
const most = 32;

function table(length: number, value: (i: number) => number, like: Tensor): Tensor {
  return tensor(
    Int32Array.from({ length }, (_, i) => value(i)),
    { backend: like.backend },
  );
}
