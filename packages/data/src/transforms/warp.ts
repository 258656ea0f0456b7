import { type ImageArray, newImage, optionError } from "./image.js";
import type { Interpolation } from "./resize.js";

/** Where each output pixel comes from: `[x, y, 1]` from the middle of the output gives a place from the input's. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** How a warped image is filled. */
export interface WarpOptions {
  /** Default "nearest", as in torchvision. */
  readonly interpolation?: Interpolation;
  /** What stands where nothing is. Default 0. */
  readonly fill?: number;
}

/** Takes every pixel of a new image from a place of the old one. */
export function warp(
  image: ImageArray,
  [a, b, c, d, e, f]: Matrix,
  [height, width]: readonly [number, number],
  { interpolation = "nearest", fill = 0 }: WarpOptions,
): ImageArray {
  if (interpolation !== "nearest" && interpolation !== "bilinear") {
    throw optionError("affine", "there is no such interpolation", String(interpolation), 'use "bilinear" or "nearest"');
  }
  const [channels, h, w] = image.shape;
  const out = newImage(channels, height, width);
  const take = interpolation === "nearest" ? takeNearest : takeBilinear;
  for (let row = 0; row < height; row++) {
    const y = row + 0.5 - height / 2;
    for (let column = 0; column < width; column++) {
      const x = column + 0.5 - width / 2;
      const fromX = a * x + b * y + c + w / 2 - 0.5;
      const fromY = d * x + e * y + f + h / 2 - 0.5;
      for (let k = 0; k < channels; k++) {
        out.data[(k * height + row) * width + column] = take(image, k, fromY, fromX, fill);
      }
    }
  }
  return out;
}

function takeNearest({ data, shape: [, h, w] }: ImageArray, k: number, y: number, x: number, fill: number): number {
  // A rounding in the last bit must not decide which pixel it is.
  const row = Math.round(y - 1e-9);
  const column = Math.round(x - 1e-9);
  return row >= 0 && row < h && column >= 0 && column < w ? data[(k * h + row) * w + column]! : fill;
}

function takeBilinear({ data, shape: [, h, w] }: ImageArray, k: number, y: number, x: number, fill: number): number {
  const top = Math.floor(y);
  const left = Math.floor(x);
  let sum = 0;
  for (let i = 0; i < 2; i++) {
    for (let j = 0; j < 2; j++) {
      const weight = (i === 0 ? top + 1 - y : y - top) * (j === 0 ? left + 1 - x : x - left);
      if (weight === 0) continue;
      const row = top + i;
      const column = left + j;
      const inside = row >= 0 && row < h && column >= 0 && column < w;
      sum += weight * (inside ? data[(k * h + row) * w + column]! : fill);
    }
  }
  return sum;
}
