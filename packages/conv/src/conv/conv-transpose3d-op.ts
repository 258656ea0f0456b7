import { add, defineOp, type Op, permute, reshape, type Shape, scatterAdd, slice, tensor, zeros } from "@nn/tensor";
import { spanOf } from "../shared/windows.js";
import type { ConvNames } from "./conv-checks.js";
import { checkConvTranspose, transposedSize } from "./conv-transpose.js";
import { conv2dGradInput } from "./conv2d-ops.js";

/** Those of the convolution that it turns around, and what is added to the result, as in `Conv3dAttrs`. */
export interface ConvTranspose3dAttrs {
  readonly window: {
    readonly stride: readonly [number, number, number];
    readonly padding: readonly number[];
    readonly dilation: readonly [number, number, number];
    readonly groups: number;
  };
  readonly outputPadding: readonly [number, number, number];
}

/** What errors call the operands. */
export const names: ConvNames = {
  where: "convTranspose3d",
  layer: "ConvTranspose3d",
  input: "n c d h w",
  weight: "in out/groups kd kh kw",
  axes: ["d", "h", "w"],
  item: "volume",
};

/**
 * `[x, weight, bias?]`. Each plane of the input gives all its planes of the result as channels of one image, by one
 * transposed convolution of images; these are added up where they belong. The gradient is that of the parts.
 */
export const convTranspose3dOp: Op<ConvTranspose3dAttrs> = defineOp<ConvTranspose3dAttrs>({
  name: "convTranspose3d",
  infer: ([x, weight, bias], attrs) => {
    checkConvTranspose(names, x, weight, bias, attrs);
    return { dtype: x.dtype, shape: outputShape(x.shape, weight.shape, attrs) };
  },
  composed: ([x, weight, bias], attrs) => {
    const { stride, padding, dilation, groups } = attrs.window;
    const [n, channels, d, h, w]: Shape = x.shape;
    const [, perGroup, kd, kh, kw]: Shape = weight.shape;
    const [, out, od, oh, ow] = outputShape(x.shape, weight.shape, attrs);
    const [front, , top, bottom, left, right] = padding;
    const images = reshape(permute(x, [0, 2, 1, 3, 4]), [n * d, channels, h, w]);
    const filters = reshape(weight, [channels, perGroup * kd, kh, kw]);
    const planes = conv2dGradInput.call([images, filters], {
      stride: [stride[1], stride[2]],
      padding: [top, bottom, left, right],
      dilation: [dilation[1], dilation[2]],
      groups,
      inputShape: [n * d, out * kd, oh, ow],
    });
    // (n, d, out, kd, oh, ow) → (n, out, d · kd, oh · ow), and each plane to its depth; then the padding is cut.
    const apart = permute(reshape(planes, [n, d, out, kd, oh * ow]), [0, 2, 1, 3, 4]);
    const depths = Int32Array.from(
      { length: d * kd },
      (_, i) => Math.floor(i / kd) * stride[0] + (i % kd) * dilation[0],
    );
    const shape = [n, out, d * kd, oh * ow];
    const index = tensor(depths, { shape: [1, 1, d * kd, 1], backend: x.backend }).expand(shape);
    const covered = (d - 1) * stride[0] + spanOf(kd, dilation[0]);
    const frame = [n, out, Math.max(covered, front + od), oh * ow];
    const empty = zeros(frame, { dtype: x.dtype, backend: x.backend });
    const whole = scatterAdd(empty, 2, index, reshape(apart, shape));
    const y = reshape(slice(whole, 2, front, front + od), [n, out, od, oh, ow]);
    return bias === undefined ? y : add(y, reshape(bias, [out, 1, 1, 1]));
  },
});

function outputShape(x: Shape, weight: Shape, attrs: ConvTranspose3dAttrs): Shape {
  const sizes = [0, 1, 2].map((axis) => transposedSize(x[2 + axis], weight[2 + axis], attrs, axis));
  return [x[0], weight[1] * attrs.window.groups, ...sizes];
}
