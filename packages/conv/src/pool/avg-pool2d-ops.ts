import {
  type AvgPool2dAttrs,
  type AvgPool2dGradAttrs,
  defineOp,
  describe,
  div,
  type Op,
  type Shape,
  ShapeError,
  sum,
  type Tensor,
  tensor,
} from "@nn/tensor";
import { spreadForTranspose, type WindowAttrs, windowsOf } from "../shared/windows.js";
import { inferPool2d, pooledShape } from "./pool2d-attrs.js";

// Both in one file: each is the other's gradient.

/** `[x]` → the mean of each window. */
export const avgPool2dOp: Op<AvgPool2dAttrs> = defineOp<AvgPool2dAttrs>({
  name: "avgPool2d",
  infer: ([x], attrs) => ({ dtype: x.dtype, shape: inferPool2d("avgPool2d", x, attrs) }),
  composed: ([x], attrs) => divideByCount(sum(windowsOf(x, attrs.kernelSize, attrs), [-2, -1]), x.shape, attrs),
  saves: { inputs: [] },
  vjp: ({ g, inputs: [x], attrs }) => [
    mirrors(attrs)
      ? avgPool2dOp.call([g], mirrored(attrs))
      : avgPool2dGrad.call([g], { ...attrs, inputShape: x.shape }),
  ],
});

/** `[g]` → gradient of x: every element of a window gets an equal share. */
export const avgPool2dGrad: Op<AvgPool2dGradAttrs> = defineOp<AvgPool2dGradAttrs>({
  name: "avgPool2dGrad",
  infer: ([g], attrs) => {
    const expected = pooledShape(attrs.inputShape, attrs);
    if (g.rank === 4 && expected.every((size, i) => size === g.shape[i])) {
      return { dtype: g.dtype, shape: attrs.inputShape };
    }
    throw new ShapeError({
      where: "avgPool2dGrad",
      problem: "the gradient does not have the shape of the output",
      rows: [
        ["gradient", describe(g), "n c oh ow"],
        ["expected", `[${expected.join(", ")}]`],
      ],
      fix: "use the options of the forward pool",
    });
  },
  emptyValue: () => 0,
  composed: ([g], attrs) => {
    const { inputShape, kernelSize, dilation } = attrs;
    const share = divideByCount(g, inputShape, attrs);
    const { spread, padding } = spreadForTranspose(share, kernelSize, attrs, [inputShape[2], inputShape[3]]);
    const backwards: WindowAttrs = { stride: [1, 1], padding, dilation };
    return sum(windowsOf(spread, kernelSize, backwards), [-2, -1]);
  },
  saves: { inputs: [] },
  vjp: ({ g, attrs: { inputShape: _, ...attrs } }) => [avgPool2dOp.call([g], attrs)],
});

/** Whether the gradient is itself such a pool: windows at every place, that all divide by the same number. */
function mirrors({ stride, dilation, padding, countIncludePad }: AvgPool2dAttrs): boolean {
  return [...stride, ...dilation].every((d) => d === 1) && (countIncludePad || padding.every((side) => side === 0));
}

/** The pool that is the gradient of one that `mirrors`. */
function mirrored(attrs: AvgPool2dAttrs): AvgPool2dAttrs {
  const [kh, kw] = attrs.kernelSize;
  const [top, bottom, left, right] = attrs.padding;
  return { ...attrs, countIncludePad: true, padding: [kh - 1 - top, kh - 1 - bottom, kw - 1 - left, kw - 1 - right] };
}

function divideByCount(y: Tensor, inputShape: Shape, attrs: AvgPool2dAttrs): Tensor {
  const [kh, kw] = attrs.kernelSize;
  if (attrs.countIncludePad || attrs.padding.every((side) => side === 0)) return div(y, kh * kw);
  const rows = countsInside(inputShape[2], attrs, 0);
  const columns = countsInside(inputShape[3], attrs, 1);
  const counts = rows.flatMap((row) => columns.map((column) => row * column));
  const shape = [rows.length, columns.length];
  return div(y, tensor(counts, { shape, dtype: y.dtype, backend: y.backend }));
}

/** How many elements of each window along one axis lie in the input and not in the padding. */
function countsInside(size: number, attrs: AvgPool2dAttrs, axis: 0 | 1): number[] {
  const { kernelSize, stride, padding, dilation } = attrs;
  const [, , oh, ow] = pooledShape([0, 0, size, size], attrs);
  return Array.from({ length: axis === 0 ? oh : ow }, (_, i) => {
    const start = i * stride[axis] - padding[2 * axis];
    const places = Array.from({ length: kernelSize[axis] }, (_, k) => start + k * dilation[axis]);
    return places.filter((place) => place >= 0 && place < size).length;
  });
}
