import type { Pool2dAttrs, Shape } from "@nn/backend";

/** Sizes and attributes of a pooling call, flat, so that loops over windows read locals. */
export interface PoolGeometry {
  /** Images times channels. */
  readonly planes: number;
  readonly height: number;
  readonly width: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly top: number;
  readonly left: number;
  /** Windows of 2 × 2 side by side, without padding. */
  readonly halves: boolean;
}

/** The geometry of a call, from the shapes of input and output. */
export function poolGeometryOf(x: Shape, y: Shape, attrs: Pool2dAttrs): PoolGeometry {
  const { kernelSize, stride, padding, dilation } = attrs;
  return {
    planes: x[0] * x[1],
    height: x[2],
    width: x[3],
    outHeight: y[2],
    outWidth: y[3],
    kernelHeight: kernelSize[0],
    kernelWidth: kernelSize[1],
    strideHeight: stride[0],
    strideWidth: stride[1],
    dilationHeight: dilation[0],
    dilationWidth: dilation[1],
    top: padding[0],
    left: padding[2],
    halves:
      kernelSize.every((size) => size === 2) &&
      stride.every((size) => size === 2) &&
      padding.every((size) => size === 0) &&
      dilation.every((size) => size === 1) &&
      2 * y[2] <= x[2] &&
      2 * y[3] <= x[3],
  };
}

/** First window element that lies inside, of a window that starts at `start` (before 0 in the padding). */
export function firstInside(start: number, dilation: number): number {
  return start < 0 ? Math.ceil(-start / dilation) : 0;
}

/** One past the last window element that lies inside `size`. */
export function endInside(start: number, dilation: number, kernel: number, size: number): number {
  return Math.min(kernel, Math.ceil((size - start) / dilation));
}
