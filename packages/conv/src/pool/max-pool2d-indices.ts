import { add, argmax, gather, type Pool2dAttrs, reshape, type Shape, type Tensor, tensor } from "@nn/tensor";
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

function table(length: number, value: (i: number) => number, like: Tensor): Tensor {
  return tensor(
    Int32Array.from({ length }, (_, i) => value(i)),
    { backend: like.backend },
  );
}
