import type { HostArray } from "../host-array.js";
import { asImage, type ImageArray, newImage, optionError } from "./image.js";

/**
 * Mixes with black (torchvision's `functional.adjust_brightness`): 0 gives black, 1 the image, 2 twice its brightness.
 * Values stay in 0 … 1.
 *
 * @throws DataError when the factor is negative.
 *
 * @example
 * ```ts
 * import { adjustBrightness } from "@nn/data";
 *
 * const image = { data: new Float32Array([0.25, 0.75]), shape: [1, 1, 2] };
 * Array.from(adjustBrightness(image, 2).data); // => [0.5, 1]
 * ```
 */
export function adjustBrightness(image: HostArray, factor: number): ImageArray {
  const input = asImage("adjustBrightness", image);
  checkFactor("adjustBrightness", factor);
  return { ...input, data: input.data.map((value) => clamp(value * factor)) };
}

/**
 * Mixes with the mean gray (torchvision's `functional.adjust_contrast`): 0 gives one gray, 1 the image.
 *
 * @throws DataError when the factor is negative; DataError when there are not 1 or 3 channels.
 *
 * @example
 * ```ts
 * import { adjustContrast } from "@nn/data";
 *
 * const image = { data: new Float32Array([0.25, 0.75]), shape: [1, 1, 2] };
 * Array.from(adjustContrast(image, 0.5).data); // => [0.375, 0.625]
 * ```
 */
export function adjustContrast(image: HostArray, factor: number): ImageArray {
  const input = asImage("adjustContrast", image);
  checkFactor("adjustContrast", factor);
  const gray = luma("adjustContrast", input);
  const mean = gray.reduce((sum, value) => sum + value, 0) / gray.length;
  return { ...input, data: input.data.map((value) => clamp(factor * value + (1 - factor) * mean)) };
}

/**
 * Mixes with the grayscale image (torchvision's `functional.adjust_saturation`): 0 gives gray, 1 the image.
 *
 * @throws DataError when the factor is negative; DataError when there are not 1 or 3 channels.
 *
 * @example
 * ```ts
 * import { adjustSaturation } from "@nn/data";
 *
 * const red = { data: new Float32Array([1, 0, 0]), shape: [3, 1, 1] };
 * Array.from(adjustSaturation(red, 0).data, (value) => Math.round(value * 1000)); // => [299, 299, 299]
 * ```
 */
export function adjustSaturation(image: HostArray, factor: number): ImageArray {
  const input = asImage("adjustSaturation", image);
  checkFactor("adjustSaturation", factor);
  const gray = luma("adjustSaturation", input);
  return {
    ...input,
    data: input.data.map((value, i) => clamp(factor * value + (1 - factor) * gray[i % gray.length]!)),
  };
}

/**
 * Turns the colors around the wheel (torchvision's `functional.adjust_hue`); gray images stay as they are.
 *
 * @param shift part of a whole turn, from -0.5 to 0.5
 * @throws DataError when the shift is out of range, or there are not 1 or 3 channels.
 *
 * @example
 * ```ts
 * import { adjustHue } from "@nn/data";
 *
 * const red = { data: new Float32Array([1, 0, 0]), shape: [3, 1, 1] };
 * Array.from(adjustHue(red, 1 / 3).data, Math.round); // => [0, 1, 0]
 * ```
 */
export function adjustHue(image: HostArray, shift: number): ImageArray {
  const input = asImage("adjustHue", image);
  if (!(shift >= -0.5 && shift <= 0.5)) {
    throw optionError("adjustHue", "the shift is not between -0.5 and 0.5", String(shift), "pass a part of a turn");
  }
  checkChannels("adjustHue", input);
  const [c, h, w] = input.shape;
  if (c === 1) return input;
  const out = newImage(c, h, w);
  const n = h * w;
  for (let i = 0; i < n; i++) {
    const rgb = shiftHue(input.data[i]!, input.data[n + i]!, input.data[2 * n + i]!, shift);
    for (let k = 0; k < 3; k++) out.data[k * n + i] = rgb[k]!;
  }
  return out;
}

/** How many channels the gray image has. */
export interface GrayscaleOptions {
  /** Default 1; 3 gives equal ones. */
  readonly numOutputChannels?: 1 | 3;
}

/**
 * Brightness alone (torchvision's Grayscale): 0.2989 red + 0.587 green + 0.114 blue.
 *
 * @throws DataError when there are not 1 or 3 channels.
 *
 * @example
 * ```ts
 * import { grayscale } from "@nn/data";
 *
 * grayscale({ data: new Float32Array(12), shape: [3, 2, 2] }).shape; // => [1, 2, 2]
 * ```
 */
export function grayscale(image: HostArray, { numOutputChannels = 1 }: GrayscaleOptions = {}): ImageArray {
  const input = asImage("grayscale", image);
  const gray = luma("grayscale", input);
  const out = newImage(numOutputChannels, input.shape[1], input.shape[2]);
  for (let k = 0; k < numOutputChannels; k++) out.data.set(gray, k * gray.length);
  return out;
}

function luma(where: string, image: ImageArray): Float32Array {
  checkChannels(where, image);
  const { data, shape } = image;
  if (shape[0] === 1) return data;
  const n = shape[1] * shape[2];
  return Float32Array.from(
    { length: n },
    (_, i) => 0.2989 * data[i]! + 0.587 * data[n + i]! + 0.114 * data[2 * n + i]!,
  );
}

/** Through hue, saturation and value; only the hue changes. */
function shiftHue(r: number, g: number, b: number, shift: number): readonly [number, number, number] {
  const value = Math.max(r, g, b);
  const range = value - Math.min(r, g, b);
  if (range === 0) return [r, g, b];
  const sector = value === r ? (g - b) / range : value === g ? 2 + (b - r) / range : 4 + (r - g) / range;
  const turned = sector / 6 + shift;
  const place = (turned - Math.floor(turned)) * 6;
  // What each channel lacks of the value, by its distance on the wheel.
  const lack = (offset: number) => {
    const k = (offset + place) % 6;
    return value - range * Math.max(0, Math.min(k, 4 - k, 1));
  };
  return [lack(5), lack(3), lack(1)];
}

function clamp(value: number): number {
  return value < 0 ? 0 : value > 1 ? 1 : value;
}

function checkFactor(where: string, factor: number): void {
  if (factor >= 0 && factor < Infinity) return;
  throw optionError(where, "the factor is negative", String(factor), "pass 1 to change nothing");
}

function checkChannels(where: string, { shape }: ImageArray): void {
  if (shape[0] === 1 || shape[0] === 3) return;
  throw optionError(where, "colors need 3 channels, gray 1", `[${shape.join(", ")}]`, "leave an alpha channel out");
}
