import {
  defineOp,
  type Op,
  type Pool2dAttrs,
  permute,
  reshape,
  type Shape,
  scatterAdd,
  slice,
  tensor,
  zeros,
} from "@nn/tensor";
import { countWindows, windowsOf } from "../shared/windows.js";

// Both in one file: each is the other's gradient. Checks are made by the functions that call them.

/** Of `fold`: the windows, and the size of the image. */
export interface FoldAttrs extends Pool2dAttrs {
  readonly outputSize: readonly [height: number, width: number];
}

/** `[x (n, c, h, w)]` → `(n, c · kh · kw, windows)`. */
export const unfoldOp: Op<Pool2dAttrs> = defineOp<Pool2dAttrs>({
  name: "unfold2d",
  infer: ([x], attrs) => {
    const [n, c, h, w]: Shape = x.shape;
    const [oh, ow] = windowCounts([h, w], attrs);
    return { dtype: x.dtype, shape: [n, c * attrs.kernelSize[0] * attrs.kernelSize[1], oh * ow] };
  },
  composed: ([x], attrs) => {
    const [n, c, h, w]: Shape = x.shape;
    const [oh, ow] = windowCounts([h, w], attrs);
    const [kh, kw] = attrs.kernelSize;
    const windows = permute(windowsOf(x, attrs.kernelSize, attrs), [0, 1, 4, 5, 2, 3]);
    return reshape(windows, [n, c * kh * kw, oh * ow]);
  },
  saves: { inputs: [] },
  vjp: ({ g, inputs: [x], attrs }) => [foldOp.call([g], { ...attrs, outputSize: [x.shape[2], x.shape[3]] })],
});

/** `[x (n, c · kh · kw, windows)]` → `(n, c, h, w)`: each element added where its window had it. */
export const foldOp: Op<FoldAttrs> = defineOp<FoldAttrs>({
  name: "fold2d",
  infer: ([x], { kernelSize, outputSize }) => {
    const [n, channels]: Shape = x.shape;
    return { dtype: x.dtype, shape: [n, channels / (kernelSize[0] * kernelSize[1]), ...outputSize] };
  },
  emptyValue: () => 0,
  composed: ([x], attrs) => {
    const { kernelSize, stride, padding, dilation, outputSize } = attrs;
    const [kh, kw] = kernelSize;
    const [n, channels]: Shape = x.shape;
    const c = channels / (kh * kw);
    const [oh, ow] = windowCounts(outputSize, attrs);
    const [top, bottom, left, right] = padding;
    const [height, width] = [outputSize[0] + top + bottom, outputSize[1] + left + right];
    const places = Int32Array.from({ length: kh * kw * oh * ow }, (_, i) => {
      const [k, window] = [Math.floor(i / (oh * ow)), i % (oh * ow)];
      const row = Math.floor(window / ow) * stride[0] + Math.floor(k / kw) * dilation[0];
      return row * width + (window % ow) * stride[1] + (k % kw) * dilation[1];
    });
    const shape = [n * c, kh * kw * oh * ow];
    const index = tensor(places, { shape: [1, shape[1]], backend: x.backend }).expand(shape);
    const empty = zeros([n * c, height * width], { dtype: x.dtype, backend: x.backend });
    const frame = reshape(scatterAdd(empty, 1, index, reshape(x, shape)), [n, c, height, width]);
    return slice(slice(frame, 2, top, top + outputSize[0]), 3, left, left + outputSize[1]);
  },
  saves: { inputs: [] },
  vjp: ({ g, attrs: { outputSize: _, ...attrs } }) => [unfoldOp.call([g], attrs)],
});

/** Windows along both axes of an image. */
export function windowCounts(
  [height, width]: readonly [number, number],
  attrs: Pool2dAttrs,
): readonly [rows: number, columns: number] {
  const [kh, kw] = attrs.kernelSize;
  return [countWindows(height, kh, attrs, 0), countWindows(width, kw, attrs, 1)];
}
