import type { HostArray } from "../host-array.js";
import { asImage, type ImageArray, optionError } from "./image.js";
import { type Matrix, type WarpOptions, warp } from "./warp.js";

/** How an image is moved. */
export interface AffineOptions extends WarpOptions {
  /** Degrees, clockwise. Default 0. */
  readonly angle?: number;
  /** Pixels to the right and down. Default [0, 0]. */
  readonly translate?: readonly [x: number, y: number];
  /** Default 1. */
  readonly scale?: number;
  /** Degrees along x and y. Default [0, 0]. */
  readonly shear?: readonly [x: number, y: number];
  /** The point that stays, in pixels from the top left corner. Default: the middle. */
  readonly center?: readonly [x: number, y: number];
}

/**
 * Turns, moves, scales and shears an image at once, keeping its size (torchvision's `functional.affine`).
 *
 * @throws DataError when the scale is not positive.
 *
 * @example
 * ```ts
 * import { affine } from "@nn/data";
 *
 * const image = { data: new Float32Array([1, 2, 3]), shape: [1, 1, 3] };
 * Array.from(affine(image, { translate: [1, 0] }).data); // => [0, 1, 2]
 * ```
 */
export function affine(image: HostArray, options: AffineOptions): ImageArray {
  const input = asImage("affine", image);
  const { angle = 0, translate = [0, 0], scale = 1, shear = [0, 0], center } = options;
  if (!(scale > 0 && scale < Infinity)) {
    throw optionError("affine", "the scale is not positive", String(scale), "pass 1 to leave the size as it is");
  }
  const matrix = inverseMatrix({ angle, translate, scale, shear, center: fromMiddle(input, center) });
  return warp(input, matrix, [input.shape[1], input.shape[2]], options);
}

/** How an image is turned. */
export interface RotateOptions extends WarpOptions {
  /** Makes the image as large as the whole turned one needs. Default false. */
  readonly expand?: boolean;
  /** The point that stays, in pixels from the top left corner. Default: the middle. */
  readonly center?: readonly [x: number, y: number];
}

/**
 * Turns an image counter-clockwise (torchvision's `functional.rotate`).
 *
 * @param angle degrees
 *
 * @example
 * ```ts
 * import { rotate } from "@nn/data";
 *
 * const image = { data: new Float32Array([1, 2, 3, 4]), shape: [1, 2, 2] };
 * Array.from(rotate(image, 90).data); // => [2, 4, 1, 3]
 * ```
 */
export function rotate(image: HostArray, angle: number, options: RotateOptions = {}): ImageArray {
  const input = asImage("rotate", image);
  const { expand = false, center } = options;
  const [, h, w] = input.shape;
  const matrix = inverseMatrix({
    angle: -angle,
    translate: [0, 0],
    scale: 1,
    shear: [0, 0],
    center: expand ? [0, 0] : fromMiddle(input, center),
  });
  return warp(input, matrix, expand ? wholeSize(matrix, h, w) : [h, w], options);
}

type Pair = readonly [x: number, y: number];

function fromMiddle({ shape: [, h, w] }: ImageArray, center: Pair | undefined): Pair {
  return center === undefined ? [0, 0] : [center[0] - w / 2, center[1] - h / 2];
}

/** From the output to the input: rotation, scale and shear around the center, then the translation, undone. */
function inverseMatrix(
  options: Required<Pick<AffineOptions, "angle" | "translate" | "scale" | "shear" | "center">>,
): Matrix {
  const { translate, scale, shear, center } = options;
  const degree = Math.PI / 180;
  const turn = options.angle * degree;
  const [sx, sy] = [shear[0] * degree, shear[1] * degree];
  const a = Math.cos(turn - sy) / Math.cos(sy);
  const b = (-Math.cos(turn - sy) * Math.tan(sx)) / Math.cos(sy) - Math.sin(turn);
  const c = Math.sin(turn - sy) / Math.cos(sy);
  const d = (-Math.sin(turn - sy) * Math.tan(sx)) / Math.cos(sy) + Math.cos(turn);
  const [m0, m1, m3, m4] = [d / scale, -b / scale, -c / scale, a / scale];
  const [x, y] = [center[0] + translate[0], center[1] + translate[1]];
  return [m0, m1, center[0] - m0 * x - m1 * y, m3, m4, center[1] - m3 * x - m4 * y];
}

/** Height and width that hold all corners, as Pillow counts them. */
function wholeSize([a, b, , d, e]: Matrix, h: number, w: number): readonly [number, number] {
  const xs: number[] = [];
  const ys: number[] = [];
  // The inverse of a pure rotation is its transpose.
  for (const [x, y] of [
    [-w / 2, -h / 2],
    [-w / 2, h / 2],
    [w / 2, h / 2],
    [w / 2, -h / 2],
  ] as const) {
    xs.push(a * x + d * y + w / 2);
    ys.push(b * x + e * y + h / 2);
  }
  return [extent(ys), extent(xs)];
}

function extent(places: readonly number[]): number {
  const steady = (place: number) => Math.trunc(place * 1e4) / 1e4;
  return Math.ceil(steady(Math.max(...places))) - Math.floor(steady(Math.min(...places)));
}
