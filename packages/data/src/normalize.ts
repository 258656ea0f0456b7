import { DataError, describe, ShapeError, type Tensor, tensor } from "@nn/tensor";

/** What is subtracted and divided by. */
export interface NormalizeOptions {
  /** One number, or one for each channel. */
  readonly mean: number | readonly number[];
  /** One number, or one for each channel; not 0. */
  readonly std: number | readonly number[];
  /** The dimension of the channels. Default 1: a batch in NCHW. */
  readonly axis?: number;
}

/**
 * `(x - mean) / std`, for each channel (torchvision's Normalize). For the `transform` of a loader.
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
export function normalize(x: Tensor, { mean, std, axis = 1 }: NormalizeOptions): Tensor {
  const deviations = typeof std === "number" ? [std] : std;
  if (!deviations.every((value) => value > 0)) {
    throw new DataError({
      where: "normalize",
      problem: "a standard deviation is not positive",
      rows: [["got", deviations.join(", ")]],
      fix: "leave constant channels out, or give them 1",
    });
  }
  return x.sub(alongAxis("mean", mean, x, axis)).div(alongAxis("std", std, x, axis));
}

function alongAxis(name: string, value: number | readonly number[], x: Tensor, axis: number): Tensor | number {
  if (typeof value === "number") return value;
  const at = axis < 0 ? axis + x.rank : axis;
  if (x.shape[at] === value.length) {
    const shape = x.shape.map((_: number, i: number) => (i === at ? value.length : 1));
    return tensor([...value], { shape, dtype: x.dtype, backend: x.backend });
  }
  throw new ShapeError({
    where: "normalize",
    problem: `${name} does not match the channels`,
    rows: [
      ["input", describe(x)],
      ["expected", `${x.shape[at] ?? "no"} numbers for axis ${axis}`, `got ${value.length}`],
    ],
    fix: "give one number for all, or one for each channel",
  });
}
