import { DataError, ShapeError } from "@nn/tensor";
import { type HostArray, resolveArray } from "../host-array.js";

/** An image on the host: f32, channels first. Where a transform needs a range, it is 0 … 1. */
export interface ImageArray {
  readonly data: Float32Array;
  readonly shape: readonly [c: number, h: number, w: number];
  readonly dtype: "f32";
}

/** Height and width; one number stands for both. */
export type ImageSize = number | readonly [h: number, w: number];

/** An empty image. */
export function newImage(c: number, h: number, w: number): ImageArray {
  return { data: new Float32Array(c * h * w), shape: [c, h, w], dtype: "f32" };
}

/** The image in a host array of any dtype; what is f32 already is not copied. */
export function asImage(where: string, value: HostArray): ImageArray {
  const { data, shape } = resolveArray(where, "image", value);
  if (shape.length !== 3 || shape.some((size) => size === 0)) {
    throw new ShapeError({
      where,
      problem: "this is no image",
      rows: [["expected", "[channels, height, width], none of them 0", `got [${shape.join(", ")}]`]],
      fix: "pass one image in channels first; batches go through a loader's dataset, image by image",
    });
  }
  const [c, h, w] = shape as [number, number, number];
  return { data: data instanceof Float32Array ? data : Float32Array.from(data), shape: [c, h, w], dtype: "f32" };
}

/** Height and width of a size, checked. */
export function sizeOfImage(where: string, size: ImageSize): readonly [h: number, w: number] {
  const pair = typeof size === "number" ? ([size, size] as const) : size;
  if (pair.length === 2 && pair.every((value) => Number.isInteger(value) && value > 0)) return pair;
  throw optionError(
    where,
    "a size is no positive integer",
    String(size),
    "pass a number of pixels, or [height, width]",
  );
}

/** Complains of one option. */
export function optionError(where: string, problem: string, got: string, fix: string): DataError {
  return new DataError({ where, problem, rows: [["got", got]], fix });
}

/** Refuses what is no probability. */
export function checkProbability(where: string, p: number): void {
  if (p >= 0 && p <= 1) return;
  throw optionError(where, "a probability is not between 0 and 1", String(p), "pass { p: 0.5 }, say");
}

/** Low and high end, checked. */
export function checkRange(
  where: string,
  name: string,
  [low, high]: readonly [number, number],
  least: number,
): readonly [number, number] {
  if (low >= least && high >= low && high < Infinity) return [low, high];
  throw optionError(where, `${name} is no range from ${least} on`, `[${low}, ${high}]`, "pass [low, high]");
}

/** Python's round, which torchvision's sizes and places go by: halves to the even neighbor. */
export function roundEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
