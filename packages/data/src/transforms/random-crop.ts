import type { Generator } from "@nn/tensor";
import type { HostArray } from "../host-array.js";
import { integer, uniform } from "../random.js";
import { cut } from "./crop.js";
import { asImage, checkRange, type ImageArray, type ImageSize, optionError, roundEven, sizeOfImage } from "./image.js";
import { type ImagePadding, type PadImageOptions, padImage } from "./pad-image.js";
import { type ResizeOptions, resample } from "./resize.js";

/** How a random part is cut out. */
export interface RandomCropOptions extends PadImageOptions {
  readonly size: ImageSize;
  /** A border that is added first. Default none. */
  readonly padding?: ImagePadding;
  /** Adds a border where the image is smaller than the size, instead of an error. Default false. */
  readonly padIfNeeded?: boolean;
}

/**
 * A part of a size at a random place (torchvision's RandomCrop). `{ size: 32, padding: 4 }` is the usual one for CIFAR.
 *
 * @throws DataError when the image is smaller than the size.
 *
 * @example
 * ```ts
 * import { randomCrop } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array(3 * 32 * 32), shape: [3, 32, 32] };
 * randomCrop(image, { size: 32, padding: 4 }, new Generator(0)).shape; // => [3, 32, 32]
 * ```
 */
export function randomCrop(image: HostArray, options: RandomCropOptions, generator: Generator): ImageArray {
  const { size, padding, padIfNeeded = false } = options;
  const [height, width] = sizeOfImage("randomCrop", size);
  let input = asImage("randomCrop", image);
  if (padding !== undefined) input = padImage(input, padding, options);
  if (padIfNeeded) {
    // torchvision adds what is missing on both sides, so the image may be anywhere.
    input = padImage(input, [Math.max(0, width - input.shape[2]), Math.max(0, height - input.shape[1])], options);
  }
  const [, h, w] = input.shape;
  if (h < height || w < width) {
    const fix = "pass { padIfNeeded: true }, a padding, or resize the image first";
    throw optionError(
      "randomCrop",
      "the image is smaller than the size",
      `[${h}, ${w}] for [${height}, ${width}]`,
      fix,
    );
  }
  const top = integer(generator, 0, h - height + 1);
  const left = integer(generator, 0, w - width + 1);
  return cut(input, { top, left, height, width }, 0);
}

/** How a random part is cut out and resized. */
export interface RandomResizedCropOptions extends ResizeOptions {
  readonly size: ImageSize;
  /** The part's area as a fraction of the image. Default [0.08, 1]. */
  readonly scale?: readonly [low: number, high: number];
  /** Width over height of the part. Default [3/4, 4/3]. */
  readonly ratio?: readonly [low: number, high: number];
}

/**
 * A part of random area and proportions, resized to one size (torchvision's RandomResizedCrop, from Szegedy et al.
 * 2014).
 *
 * @throws DataError when a range makes no sense.
 *
 * @example
 * ```ts
 * import { randomResizedCrop } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array(3 * 40 * 60), shape: [3, 40, 60] };
 * randomResizedCrop(image, { size: 24 }, new Generator(0)).shape; // => [3, 24, 24]
 * ```
 */
export function randomResizedCrop(
  image: HostArray,
  options: RandomResizedCropOptions,
  generator: Generator,
): ImageArray {
  const where = "randomResizedCrop";
  const input = asImage(where, image);
  const size = sizeOfImage(where, options.size);
  const scale = checkRange(where, "scale", options.scale ?? [0.08, 1], 0);
  const ratio = checkRange(where, "ratio", options.ratio ?? [3 / 4, 4 / 3], Number.MIN_VALUE);
  return resample(cut(input, randomBox(input, scale, ratio, generator), 0), size, options);
}

type Range = readonly [low: number, high: number];

function randomBox({ shape: [, h, w] }: ImageArray, scale: Range, ratio: Range, generator: Generator) {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = h * w * uniform(generator, ...scale);
    const aspect = Math.exp(uniform(generator, Math.log(ratio[0]), Math.log(ratio[1])));
    const width = roundEven(Math.sqrt(area * aspect));
    const height = roundEven(Math.sqrt(area / aspect));
    if (width > 0 && width <= w && height > 0 && height <= h) {
      const top = integer(generator, 0, h - height + 1);
      return { top, left: integer(generator, 0, w - width + 1), height, width };
    }
  }
  // No part fits: the largest one in the middle with allowed proportions.
  const whole = w / h;
  const width = whole > ratio[1] ? Math.max(1, roundEven(h * ratio[1])) : w;
  const height = whole < ratio[0] ? Math.max(1, roundEven(w / ratio[0])) : h;
  return { top: Math.floor((h - height) / 2), left: Math.floor((w - width) / 2), height, width };
}
