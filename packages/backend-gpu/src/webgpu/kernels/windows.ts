import type { Conv2dAttrs, Shape } from "@nn/backend";
import { params } from "./launch.js";

/*
 * What the texts of the convolutions share. A convolution is a product of matrices for each group, whose operands are
 * images seen as matrices of windows; nothing is copied, the product's loads work out where an element is. All sizes are
 * params, except that the usual sizes of windows are part of the text: dividing by a constant costs a fraction.
 */

/** Sizes and attributes of a convolution. */
export interface Windows {
  readonly images: number;
  readonly channels: number;
  readonly filters: number;
  readonly groups: number;
  readonly groupChannels: number;
  readonly groupFilters: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernel: readonly [height: number, width: number];
  /** Groups of one channel: products would have sums of a few steps. */
  readonly depthwise: boolean;
  /** Values of `windowParams`. */
  readonly params: readonly number[];
}

export const windowParams = params(
  "i32",
  ...["channels", "filters", "groupChannels", "groupFilters", "height", "width", "outHeight", "outWidth"],
  ...["strideY", "strideX", "dilationY", "dilationX", "top", "left"],
  ...["kernelHeight", "kernelWidth", "kernelSize"],
);

/** The convolution's sizes, from the shapes of input, weight and output. */
export function windowsOf(x: Shape, weight: Shape, y: Shape, attrs: Omit<Conv2dAttrs, "activation">): Windows {
  const { stride, padding, dilation, groups } = attrs;
  const [images, channels, height, width] = x;
  const [filters, groupChannels, ...kernel] = weight;
  const groupFilters = filters / groups;
  const [outHeight, outWidth] = y.slice(2);
  const sizes = [channels, filters, groupChannels, groupFilters, height, width, outHeight, outWidth];
  return {
    ...{ images, channels, filters, groups, groupChannels, groupFilters, height, width, outHeight, outWidth },
    kernel: [kernel[0], kernel[1]],
    depthwise: groups > 1 && groupChannels === 1,
    params: [...sizes, ...stride, ...dilation, padding[0], padding[2], ...kernel, kernel[0] * kernel[1]],
  };
}

const usual = [1, 3, 5, 7];

function isUsual([height, width]: readonly [number, number]): boolean {
  return usual.includes(width) && (height === width || height === 1);
}

/** Part of a text's key: the size of the windows, where it is part of the text. */
export function kernelKey(kernel: readonly [number, number]): string {
  return isUsual(kernel) ? kernel.join("x") : "any";
}

/** Gives a text `kernelHeight`, `kernelWidth` and `kernelSize`: constants or params. */
export function withKernel(kernel: readonly [number, number], text: string): string {
  if (!isUsual(kernel)) return text.replace(/\bkernel(Height|Width|Size)\b/g, "params.kernel$1");
  const [height, width] = kernel;
  return `const kernelHeight = ${height};
const kernelWidth = ${width};
const kernelSize = ${height * width};
${text}`;
}

/** `windowElement(k)`: channel of the group, row and column of an element of a window. */
export const windowElement = `fn windowElement(k : i32) -> vec3<i32> {
  return vec3<i32>(k / kernelSize, k / kernelWidth % kernelHeight, k % kernelWidth);
}
`;

/** `pixel(n, height, width)`: image, row and column of a place. */
export const pixel = `fn pixel(n : i32, height : i32, width : i32) -> vec3<i32> {
  return vec3<i32>(n / (height * width), n / width % height, n % width);
}
`;

/** `inputAt(start, y, x)`: an element of the input `x`, 0 in the padding. */
export const inputAt = `fn inputAt(start : i32, row : i32, column : i32) -> f32 {
  if (row < 0 || column < 0 || row >= params.height || column >= params.width) { return 0.0; }
  return x[start + row * params.width + column];
}
`;

/** `gradientAt(start, y, x)`: an element of the output's gradient `g`, for a row and a column before the stride. */
export const gradientAt = `fn gradientAt(start : i32, row : i32, column : i32) -> f32 {
  if (row < 0 || column < 0) { return 0.0; }
  let y = row / params.strideY;
  let x = column / params.strideX;
  if (y * params.strideY != row || x * params.strideX != column) { return 0.0; }
  if (y >= params.outHeight || x >= params.outWidth) { return 0.0; }
  return g[start + y * params.outWidth + x];
}
`;
