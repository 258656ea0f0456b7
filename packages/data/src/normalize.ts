import { DataError, describe, isTensor, ShapeError, type Tensor, tensor } from "@nn/tensor";
import type { HostArray } from "./host-array.js";
import { asImage, type ImageArray } from "./transforms/image.js";

/** What is subtracted and divided by. */
export interface NormalizeOptions {
  /** One number, or one for each channel. */
  readonly mean: number | readonly number[];
  /** One number, or one for each channel; not 0. */
  readonly std: number | readonly number[];
  /** The dimension of the channels of a tensor. Default 1: a batch in NCHW. Images on the host are CHW. */
  readonly axis?: number;
}

/**
 * `(x - mean) / std`, for each channel (torchvision's Normalize): of a batch on the backend, for the `transform` of a
 * loader, or of one image on the host.
 *
 * @throws ShapeError when the numbers do not match the channels, DataError when a deviation is not positive.
 *
 * @example
 * ```ts
 * import { normalize } from "@nn/data";
 * import { tensor } from "@nn/tensor";
 *
 * await normalize(tensor([[0, 1]]), { mean: [0.5, 1], std: [0.5, 2] }).array(); // => [[-1, 0]]
 * ```
 */
export function normalize(x: Tensor, options: NormalizeOptions): Tensor;
export function normalize(image: HostArray, options: NormalizeOptions): ImageArray;
export function normalize(x: Tensor | HostArray, options: NormalizeOptions): Tensor | ImageArray {
  const { mean, std, axis = 1 } = options;
  const deviations = typeof std === "number" ? [std] : std;
  if (!deviations.every((value) => value > 0)) {
    throw new DataError({
      where: "normalize",
      problem: "a standard deviation is not positive",
      rows: [["got", deviations.join(", ")]],
      fix: "leave constant channels out, or give them 1",
    });
  }
  if (!isTensor(x)) return normalizeImage(asImage("normalize", x), options);
  return x.sub(alongAxis("mean", mean, x, axis)).div(alongAxis("std", std, x, axis));
}

function normalizeImage({ data, shape, dtype }: ImageArray, { mean, std }: NormalizeOptions): ImageArray {
  const [c, h, w] = shape;
  const list = (name: string, value: number | readonly number[]) => {
    const numbers = typeof value === "number" ? new Array<number>(c).fill(value) : value;
    if (numbers.length === c) return numbers;
    throw misfit(name, `f32 [${shape.join(", ")}]`, `${c} numbers`, numbers.length);
  };
  const means = list("mean", mean);
  const deviations = list("std", std);
  const channel = (i: number) => Math.floor(i / (h * w));
  return { data: data.map((value, i) => (value - means[channel(i)]!) / deviations[channel(i)]!), shape, dtype };
}

function alongAxis(name: string, value: number | readonly number[], x: Tensor, axis: number): Tensor | number {
  if (typeof value === "number") return value;
  const at = axis < 0 ? axis + x.rank : axis;
  if (x.shape[at] === value.length) {
    const shape = x.shape.map((_: number, i: number) => (i === at ? value.length : 1));
    return tensor([...value], { shape, dtype: x.dtype, backend: x.backend });
  }
  throw misfit(name, describe(x), `${x.shape[at] ?? "no"} numbers for axis ${axis}`, value.length);
}

function misfit(name: string, input: string, expected: string, got: number): ShapeError {
  return new ShapeError({
    where: "normalize",
    problem: `${name} does not match the channels`,
    rows: [
      ["input", input],
      ["expected", expected, `got ${got}`],
    ],
    fix: "give one number for all, or one for each channel",
  });
}
