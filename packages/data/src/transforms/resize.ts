import type { HostArray } from "../host-array.js";
import { asImage, type ImageArray, type ImageSize, newImage, optionError, sizeOfImage } from "./image.js";

/** How pixels between pixels come about. */
export type Interpolation = "nearest" | "bilinear";

/** How an image is resized. */
export interface ResizeOptions {
  /** Default "bilinear". */
  readonly interpolation?: Interpolation;
  /**
   * Makes each pixel of a smaller image the mean of all that it stands for, weighted by a triangle as wide as the
   * step, as Pillow does. Default true; without it a shrunk image shows patterns that are not there. Says nothing where
   * an image grows or the interpolation is "nearest".
   */
  readonly antialias?: boolean;
}

/**
 * An image in another size (torchvision's Resize). One number is the length of the shorter side, the other keeps the
 * proportions; `[height, width]` are taken as they are.
 *
 * @throws DataError when the size is no count; ShapeError when it is no image.
 *
 * @example
 * ```ts
 * import { resize } from "@nn/data";
 *
 * const image = { data: new Float32Array([0, 1, 2, 3]), shape: [1, 1, 4] };
 * Array.from(resize(image, [1, 2]).data, (value) => Math.round(value * 100) / 100); // => [0.71, 2.29]
 * Array.from(resize(image, [1, 2], { antialias: false }).data); // => [0.5, 2.5]
 * ```
 */
export function resize(image: HostArray, size: ImageSize, options: ResizeOptions = {}): ImageArray {
  const input = asImage("resize", image);
  const [height, width] = sizeOfImage("resize", typeof size === "number" ? shorterSide(input, size) : size);
  return resample(input, [height, width], options);
}

function shorterSide({ shape: [, h, w] }: ImageArray, size: number): ImageSize {
  if (!(Number.isInteger(size) && size > 0)) return size;
  return h <= w ? [size, Math.max(1, Math.floor((size * w) / h))] : [Math.max(1, Math.floor((size * h) / w)), size];
}

/** Resizes what is an image, to exactly this size. */
export function resample(
  image: ImageArray,
  [height, width]: readonly [number, number],
  { interpolation = "bilinear", antialias = true }: ResizeOptions,
): ImageArray {
  if (interpolation !== "nearest" && interpolation !== "bilinear") {
    throw optionError("resize", "there is no such interpolation", String(interpolation), 'use "bilinear" or "nearest"');
  }
  const [c, h, w] = image.shape;
  if (h === height && w === width) return { ...image, data: image.data.slice() };
  const tapsOf = interpolation === "nearest" ? nearestTaps : antialias ? triangleTaps : linearTaps;
  const narrow = along(image.data, c * h, w, 1, tapsOf(w, width));
  return { ...newImage(c, 0, 0), shape: [c, height, width], data: along(narrow, c, h, width, tapsOf(h, height)) };
}

/** What one output pixel is made of: weights of neighbors from `start` on. */
interface Taps {
  readonly start: number;
  readonly weights: readonly number[];
}

function nearestTaps(input: number, output: number): Taps[] {
  return Array.from({ length: output }, (_, i) => ({ start: Math.floor((i * input) / output), weights: [1] }));
}

function linearTaps(input: number, output: number): Taps[] {
  return Array.from({ length: output }, (_, i) => {
    const at = Math.max(0, ((i + 0.5) * input) / output - 0.5);
    const start = Math.min(Math.floor(at), input - 1);
    return start === input - 1 ? { start, weights: [1] } : { start, weights: [1 - (at - start), at - start] };
  });
}

/** Pillow's and PyTorch's: a triangle around the middle of what the pixel stands for. */
function triangleTaps(input: number, output: number): Taps[] {
  const scale = input / output;
  const reach = Math.max(1, scale);
  return Array.from({ length: output }, (_, i) => {
    const middle = scale * (i + 0.5);
    const start = Math.max(0, Math.floor(middle - reach + 0.5));
    const end = Math.min(input, Math.floor(middle + reach + 0.5));
    const raw = Array.from({ length: end - start }, (_, j) =>
      Math.max(0, 1 - Math.abs(start + j + 0.5 - middle) / reach),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    return { start, weights: raw.map((weight) => weight / sum) };
  });
}

/** Resamples the middle one of three axes: `outer` times `length` times `inner`. */
function along(data: Float32Array, outer: number, length: number, inner: number, taps: readonly Taps[]): Float32Array {
  const out = new Float32Array(outer * taps.length * inner);
  let at = 0;
  for (let o = 0; o < outer; o++) {
    for (const { start, weights } of taps) {
      const from = (o * length + start) * inner;
      for (let i = 0; i < inner; i++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * data[from + k * inner + i]!;
        out[at++] = sum;
      }
    }
  }
  return out;
}
