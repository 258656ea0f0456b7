import type { Conv2dAttrs, Shape, TypedArray } from "@nn/backend";

/**
 * Where the windows of a convolution lie. Images are first copied into a frame that includes their padding; there the
 * element of window element k at output place p is at `places[p] + windows[k]`, whatever stride, padding and dilation.
 */
export interface Geometry {
  readonly images: number;
  /** Channels of the input, and of its groups. */
  readonly channels: number;
  readonly groupChannels: number;
  /** Channels of the output, and of its groups. */
  readonly filters: number;
  readonly groupFilters: number;
  readonly groups: number;
  readonly height: number;
  readonly width: number;
  readonly top: number;
  readonly left: number;
  /** Size of a padded channel. */
  readonly frameHeight: number;
  readonly frameWidth: number;
  /** Frame offset of each output place, row by row. */
  readonly places: Int32Array;
  /** Frame offset of each element of a window: group channel, then row, then column. */
  readonly windows: Int32Array;
}

/** The geometry of a call, from the shapes of input, weight and output. */
export function geometryOf(x: Shape, weight: Shape, y: Shape, attrs: Omit<Conv2dAttrs, "activation">): Geometry {
  const [top, bottom, left, right] = attrs.padding;
  const [, groupChannels, kernelHeight, kernelWidth] = weight;
  const frameHeight = x[2] + top + bottom;
  const frameWidth = x[3] + left + right;
  const places = new Int32Array(y[2] * y[3]);
  for (let i = 0, p = 0; i < y[2]; i++) {
    for (let j = 0; j < y[3]; j++) places[p++] = i * attrs.stride[0] * frameWidth + j * attrs.stride[1];
  }
  const windows = new Int32Array(groupChannels * kernelHeight * kernelWidth);
  for (let c = 0, k = 0; c < groupChannels; c++) {
    for (let i = 0; i < kernelHeight; i++) {
      for (let j = 0; j < kernelWidth; j++) {
        windows[k++] = (c * frameHeight + i * attrs.dilation[0]) * frameWidth + j * attrs.dilation[1];
      }
    }
  }
  return {
    images: x[0],
    channels: x[1],
    groupChannels,
    filters: weight[0],
    groupFilters: weight[0] / attrs.groups,
    groups: attrs.groups,
    height: x[2],
    width: x[3],
    top,
    left,
    frameHeight,
    frameWidth,
    places,
    windows,
  };
}

/** Copies an image, all channels, into its frame. */
export function frameImage(frame: Float64Array, x: TypedArray, p: number, geometry: Geometry): void {
  const { channels, height, width, top, left, frameHeight, frameWidth } = geometry;
  if (frameHeight !== height || frameWidth !== width) frame.fill(0, 0, channels * frameHeight * frameWidth);
  for (let c = 0; c < channels; c++) {
    let o = (c * frameHeight + top) * frameWidth + left;
    for (let i = 0; i < height; i++, o += frameWidth) {
      for (let j = 0; j < width; j++) frame[o + j] = x[p++];
    }
  }
}

/** Copies a frame without its padding into an image. */
export function unframeImage(frame: Float64Array, z: TypedArray, p: number, geometry: Geometry): void {
  const { channels, height, width, top, left, frameHeight, frameWidth } = geometry;
  for (let c = 0; c < channels; c++) {
    let o = (c * frameHeight + top) * frameWidth + left;
    for (let i = 0; i < height; i++, o += frameWidth) {
      for (let j = 0; j < width; j++) z[p++] = frame[o + j];
    }
  }
}
