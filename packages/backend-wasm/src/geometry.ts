import type { Conv2dAttrs, Pool2dAttrs, Shape } from "@nn/backend";
import type { Context } from "./context.js";

/** Where windows lie over images: what the module reads from its geometry block (assembly/frame.ts). */
export interface Geometry {
  readonly images: number;
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly filters: number;
  readonly groups: number;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [height: number, width: number];
  readonly dilation: readonly [height: number, width: number];
  /** Padding above and to the left; that below and to the right follows from the size of the output. */
  readonly top: number;
  readonly left: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

type Window = Omit<Conv2dAttrs, "activation">;

/** Of a forward convolution, from the shapes of its input, weight and output. */
export function convGeometry(
  x: Shape,
  weight: Shape,
  y: Shape,
  { stride, padding, dilation, groups }: Window,
): Geometry {
  return {
    images: x[0],
    channels: x[1],
    height: x[2],
    width: x[3],
    filters: weight[0],
    groups,
    kernel: [weight[2], weight[3]],
    stride,
    dilation,
    top: padding[0],
    left: padding[2],
    outHeight: y[2],
    outWidth: y[3],
  };
}

/** Of the convolution with the rotated kernel that is the gradient of the input of one with stride 1. */
export function rotatedGeometry(forward: Geometry): Geometry {
  const { kernel, dilation } = forward;
  return {
    ...forward,
    channels: forward.filters,
    filters: forward.channels,
    height: forward.outHeight,
    width: forward.outWidth,
    outHeight: forward.height,
    outWidth: forward.width,
    top: (kernel[0] - 1) * dilation[0] - forward.top,
    left: (kernel[1] - 1) * dilation[1] - forward.left,
  };
}

/** Of pooling: each plane is an image of one channel. */
export function poolGeometry(x: Shape, y: Shape, { kernelSize, stride, padding, dilation }: Pool2dAttrs): Geometry {
  return {
    images: x[0] * x[1],
    channels: 1,
    height: x[2],
    width: x[3],
    filters: 1,
    groups: 1,
    kernel: kernelSize,
    stride,
    dilation,
    top: padding[0],
    left: padding[2],
    outHeight: y[2],
    outWidth: y[3],
  };
}

/** Puts a geometry where the module reads it. */
export function writeGeometry({ heap, exports }: Context, geometry: Geometry): void {
  const { kernel, stride, dilation } = geometry;
  const at = exports.geometryAddress() / 4;
  const words = heap.i32;
  words[at] = geometry.images;
  words[at + 1] = geometry.channels;
  words[at + 2] = geometry.height;
  words[at + 3] = geometry.width;
  words[at + 4] = geometry.filters;
  words[at + 5] = geometry.groups;
  words[at + 6] = kernel[0];
  words[at + 7] = kernel[1];
  words[at + 8] = stride[0];
  words[at + 9] = stride[1];
  words[at + 10] = dilation[0];
  words[at + 11] = dilation[1];
  words[at + 12] = geometry.top;
  words[at + 13] = geometry.left;
  words[at + 14] = geometry.outHeight;
  words[at + 15] = geometry.outWidth;
}

/** Groups of one channel have kernels of their own. */
export function isDepthwise({ groups, channels }: Geometry): boolean {
  return groups > 1 && groups === channels;
}

/**
 * Whether Winograd's way is possible and faster: 3 × 3 or 5 × 5 kernels with enough channels, and tiles of 4 × 4 places
 * that are well filled. The larger kernel saves more, and so bears more waste.
 */
export function suitsWinograd(geometry: Geometry): boolean {
  const { images, kernel, dilation, groups, channels, filters, top, left, outHeight, outWidth } = geometry;
  const [size] = kernel;
  if ((size !== 3 && size !== 5) || kernel[1] !== size || !hasUnitStride(geometry)) return false;
  if (dilation[0] !== 1 || dilation[1] !== 1 || groups !== 1 || top < 0 || left < 0) return false;
  const across = Math.ceil(outWidth / 4);
  const tiles = Math.ceil(outHeight / 4) * across;
  const filled = (outHeight * outWidth) / (16 * tiles);
  const [least, full] = size === 3 ? [8, 0.7] : [3, 0.5];
  return channels >= least && filters >= least && across > 1 && images * tiles >= 16 && filled > full;
}

/** A kernel of 1 × 1 that skips and pads nothing. */
function isPointwise(geometry: Geometry): boolean {
  const { kernel, top, left, height, width, outHeight, outWidth } = geometry;
  if (kernel[0] !== 1 || kernel[1] !== 1 || !hasUnitStride(geometry)) return false;
  return top === 0 && left === 0 && outHeight === height && outWidth === width;
}

/**
 * Kernels of 1 × 1 over images whose places fill panels of eight, with so few filters that packing the places would not
 * pay. The lines of the channels must fit a cache of 64 sets by 8 ways: where planes are powers of two apart, equal
 * places share a set.
 */
export function suitsPointwise(geometry: Geometry): boolean {
  if (!isPointwise(geometry)) return false;
  const { groups, channels, filters, outHeight, outWidth } = geometry;
  const places = outHeight * outWidth;
  const filled = places / (8 * Math.ceil(places / 8));
  const sets = Math.min(64, Math.max(1, 1024 / (places & -places)));
  return filters / groups <= 64 && channels / groups <= Math.min(256, 8 * sets) && filled > 0.95;
}

/** Weights of 1 × 1 so small that packing the places would take longer than multiplying them. */
export function suitsPointwiseGradWeight(geometry: Geometry): boolean {
  const { groups, channels, filters } = geometry;
  return isPointwise(geometry) && (channels * filters) / groups ** 2 <= 2048;
}

/**
 * Whether a gradient of the input with a stride is faster as a convolution for each phase than as windows added to the
 * image. It sorts the weight anew, which many places must pay for; windows that do not overlap are cheap to add.
 */
export function suitsPhases({ images, channels, filters, groups, ...geometry }: Geometry): boolean {
  const { kernel, stride, dilation, outHeight, outWidth } = geometry;
  if (dilation[0] !== 1 || dilation[1] !== 1 || kernel[0] * kernel[1] <= stride[0] * stride[1]) return false;
  return channels / groups >= 8 && images * outHeight * outWidth >= (4 * filters) / groups;
}

export function hasUnitStride({ stride }: Geometry): boolean {
  return stride[0] === 1 && stride[1] === 1;
}

/** Windows of 2 × 2 side by side, all inside the image. */
export function isHalving(geometry: Geometry): boolean {
  const { kernel, stride, dilation, top, left, height, width, outHeight, outWidth } = geometry;
  return (
    [...kernel, ...stride].every((size) => size === 2) &&
    dilation[0] === 1 &&
    dilation[1] === 1 &&
    top === 0 &&
    left === 0 &&
    2 * outHeight <= height &&
    2 * outWidth <= width
  );
}
