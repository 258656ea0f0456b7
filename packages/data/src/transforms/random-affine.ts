import type { Generator } from "@nn/tensor";
import type { HostArray } from "../host-array.js";
import { integer, uniform } from "../random.js";
import { affine, type RotateOptions, rotate } from "./affine.js";
import { asImage, checkRange, type ImageArray, optionError } from "./image.js";
import type { WarpOptions } from "./warp.js";

/** `degrees` stands for `[-degrees, degrees]`. */
export type Degrees = number | readonly [low: number, high: number];

/** How far an image is turned. */
export interface RandomRotationOptions extends RotateOptions {
  readonly degrees: Degrees;
}

/**
 * Turns an image by a random angle (torchvision's RandomRotation).
 *
 * @throws DataError when the range makes no sense.
 *
 * @example
 * ```ts
 * import { randomRotation } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array(28 * 28), shape: [1, 28, 28] };
 * randomRotation(image, { degrees: 10, interpolation: "bilinear" }, new Generator(0)).shape; // => [1, 28, 28]
 * ```
 */
export function randomRotation(image: HostArray, options: RandomRotationOptions, generator: Generator): ImageArray {
  return rotate(image, uniform(generator, ...rangeOf("randomRotation", options.degrees)), options);
}

/** How far an image is turned, moved, scaled and sheared. */
export interface RandomAffineOptions extends WarpOptions {
  readonly degrees: Degrees;
  /** At most this fraction of the width and height, either way. Default none. */
  readonly translate?: readonly [x: number, y: number];
  /** Default: not scaled. */
  readonly scale?: readonly [low: number, high: number];
  /** Degrees along x, and along y: a number s stands for [-s, s]. Default none. */
  readonly shear?: Degrees | { readonly x: Degrees; readonly y: Degrees };
  /** The point that stays. Default: the middle. */
  readonly center?: readonly [x: number, y: number];
}

/**
 * Turns, moves, scales and shears an image at random (torchvision's RandomAffine).
 *
 * @throws DataError when a range makes no sense.
 *
 * @example
 * ```ts
 * import { randomAffine } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array(28 * 28), shape: [1, 28, 28] };
 * const options = { degrees: 10, translate: [0.1, 0.1], scale: [0.9, 1.1] } as const;
 * randomAffine(image, options, new Generator(0)).shape; // => [1, 28, 28]
 * ```
 */
export function randomAffine(image: HostArray, options: RandomAffineOptions, generator: Generator): ImageArray {
  const where = "randomAffine";
  const input = asImage(where, image);
  const { translate = [0, 0], shear = 0 } = options;
  if (!translate.every((part) => part >= 0 && part <= 1)) {
    throw optionError(where, "translate is no fraction of the image", String(translate), "pass [0.1, 0.1], say");
  }
  const scale = checkRange(where, "scale", options.scale ?? [1, 1], Number.MIN_VALUE);
  const { x, y } = typeof shear === "object" && "x" in shear ? shear : { x: shear, y: 0 };
  const move = (fraction: number, length: number) => {
    const most = Math.round(fraction * length);
    return integer(generator, -most, most + 1);
  };
  return affine(input, {
    interpolation: options.interpolation,
    fill: options.fill,
    center: options.center,
    angle: uniform(generator, ...rangeOf(where, options.degrees)),
    translate: [move(translate[0], input.shape[2]), move(translate[1], input.shape[1])],
    scale: uniform(generator, ...scale),
    shear: [uniform(generator, ...rangeOf(where, x)), uniform(generator, ...rangeOf(where, y))],
  });
}

function rangeOf(where: string, degrees: Degrees): readonly [number, number] {
  if (typeof degrees !== "number") return checkRange(where, "degrees", degrees, -Infinity);
  return checkRange(where, "degrees", [-degrees, degrees], -Infinity);
}
