import { applyActivation } from "@nn/layers";
import { add, type Conv2dAttrs, flip, matmul, permute, reshape, type Shape, type Tensor } from "@nn/tensor";
import { type WindowAttrs, windowsOf } from "../shared/windows.js";

type Sizes = WindowAttrs & { readonly groups: number };

/** out (filters × places) = weight (filters × window) · windows (window × places), by image and group. */
export function conv2dComposed(
  [x, weight, bias]: readonly Tensor[],
  attrs: Conv2dAttrs,
  [n, out, oh, ow]: Shape,
): Tensor {
  const { groups } = attrs;
  const [, channels, kh, kw]: Shape = weight.shape;
  // (n, g, c, oh, ow, kh, kw) → (n, g, c, kh, kw, oh, ow): the reshape is the one copy.
  const windows = permute(groupedWindows(x, [kh, kw], attrs), [0, 1, 2, 5, 6, 3, 4]);
  const columns = reshape(windows, [n, groups, channels * kh * kw, oh * ow]);
  const rows = reshape(weight, [groups, out / groups, channels * kh * kw]);
  const y = reshape(matmul(rows, columns), [n, out, oh, ow]);
  return applyActivation(attrs.activation, bias === undefined ? y : add(y, reshape(bias, [out, 1, 1])));
}

/** dW (filters × window) = g (filters × places of all images) · windows (places × window), by group. */
export function conv2dGradWeightComposed([x, g]: readonly Tensor[], attrs: Sizes, weightShape: Shape): Tensor {
  const { groups } = attrs;
  const [out, channels, kh, kw] = weightShape;
  const [n, , oh, ow]: Shape = g.shape;
  const windows = permute(groupedWindows(x, [kh, kw], attrs), [1, 0, 3, 4, 2, 5, 6]);
  const columns = reshape(windows, [groups, n * oh * ow, channels * kh * kw]);
  const byGroup = permute(reshape(g, [n, groups, out / groups, oh * ow]), [1, 2, 0, 3]);
  return reshape(matmul(reshape(byGroup, [groups, out / groups, n * oh * ow]), columns), weightShape);
}

/** The weight of the convolution that runs backwards: channels exchanged within each group, windows turned around. */
export function transposedWeight(weight: Tensor, groups: number): Tensor {
  const [out, channels, kh, kw]: Shape = weight.shape;
  const byGroup = permute(reshape(weight, [groups, out / groups, channels, kh, kw]), [0, 2, 1, 3, 4]);
  return flip(flip(reshape(byGroup, [groups * channels, out / groups, kh, kw]), 2), 3);
}

function groupedWindows(x: Tensor, kernel: readonly [number, number], attrs: Sizes): Tensor {
  const [n, channels, h, w]: Shape = x.shape;
  return windowsOf(reshape(x, [n, attrs.groups, channels / attrs.groups, h, w]), kernel, attrs);
}
