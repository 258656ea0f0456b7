import { defineOp, type Op, pad, permute, reshape, type Shape, unfold } from "@nn/tensor";
import { spanOf } from "../shared/windows.js";
import { checkConv3d } from "./conv-checks.js";
import { conv2dOp } from "./conv2d-ops.js";
import type { Conv3dAttrs } from "./conv3d-attrs.js";

/**
 * `[x, weight, bias?]`. The planes under each window become channels of one image, so that one convolution of images
 * does all the work, its sums over depth and the bias included. The gradient is that of the parts.
 */
export const conv3dOp: Op<Conv3dAttrs> = defineOp<Conv3dAttrs>({
  name: "conv3d",
  infer: ([x, weight, bias], attrs) => {
    checkConv3d(x, weight, bias, attrs);
    return { dtype: x.dtype, shape: outputShape(x.shape, weight.shape, attrs) };
  },
  composed: ([x, weight, ...bias], attrs) => {
    const [n, c, , h, w]: Shape = x.shape;
    const [out, channels, kd, kh, kw]: Shape = weight.shape;
    const [, , od, oh, ow] = outputShape(x.shape, weight.shape, attrs);
    const { stride, padding, dilation, groups, activation } = attrs;
    const [front, back, top, bottom, left, right] = padding;
    const none = [0, 0] as const;
    const deep = pad(x, [none, none, [front, back], none, none]);
    // (n, c, od, h, w, kd) → (n · od, c · kd, h, w): the reshape is the one copy.
    const planes = permute(unfold(deep, 2, kd, stride[0], dilation[0]), [0, 2, 1, 5, 3, 4]);
    const images = reshape(planes, [n * od, c * kd, h, w]);
    const filters = reshape(weight, [out, channels * kd, kh, kw]);
    const flat = {
      stride: [stride[1], stride[2]],
      padding: [top, bottom, left, right],
      dilation: [dilation[1], dilation[2]],
      groups,
      activation,
    } as const;
    const y = conv2dOp(flat).call([images, filters, ...bias], flat);
    return permute(reshape(y, [n, od, out, oh, ow]), [0, 2, 1, 3, 4]);
  },
});

function outputShape(x: Shape, weight: Shape, { stride, padding, dilation }: Conv3dAttrs): Shape {
  const sizes = stride.map((step, i) => {
    const padded = x[2 + i] + padding[2 * i] + padding[2 * i + 1];
    return Math.floor((padded - spanOf(weight[2 + i], dilation[i])) / step) + 1;
  });
  return [x[0], weight[0], ...sizes];
}
