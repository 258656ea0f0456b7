import type { Shape, Tensor } from "@nn/tensor";
import { checkInput, checkOptions, emptyReason } from "../shared/input-checks.js";
import { optionReason } from "../shared/pair.js";
import type { Reason } from "../shared/reasons.js";
import { type InterpolateMode, interpolateOp } from "./interpolate-op.js";

/** Options of `interpolate` and `Upsample`. */
export interface InterpolateOptions {
  /** Size of the result: a number for all axes, or one for each. Either this or `scaleFactor`. */
  readonly size?: number | readonly number[];
  /** How many times larger the result is; its size is rounded down. Either this or `size`. */
  readonly scaleFactor?: number | readonly number[];
  /**
   * `"nearest"` (default), `"nearest-exact"` and `"area"` (means) for all ranks, `"linear"` for sequences, `"bilinear"`
   * and `"bicubic"` for images, `"trilinear"` for volumes.
   */
  readonly mode?: InterpolateMode;
  /** Whether the centers of the corner elements stay where they are, instead of the corners. Default false. */
  readonly alignCorners?: boolean;
  /**
   * Whether an element of a smaller result is made of all elements that it stands for, instead of its nearest neighbors, in
   * modes `"bilinear"` and `"bicubic"`. Default false.
   */
  readonly antialias?: boolean;
}

/** Options of `interpolate`. */
export interface InterpolateCallOptions extends InterpolateOptions {
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

const labels: Readonly<Record<number, string>> = { 3: "n c l", 4: "n c h w", 5: "n c d h w" };
const ranks: Readonly<Record<InterpolateMode, readonly number[]>> = {
  nearest: [3, 4, 5],
  "nearest-exact": [3, 4, 5],
  area: [3, 4, 5],
  linear: [3],
  bilinear: [4],
  bicubic: [4],
  trilinear: [5],
};

/**
 * Sequences, images or volumes in another size (torch.nn.functional.interpolate).
 *
 * @param x `(n, c, l)`, `(n, c, h, w)` or `(n, c, d, h, w)`
 * @throws ShapeError when the rank does not go with the mode or the input is empty, DTypeError for other dtypes than f32
 * and f64, DataError for options that do not fit.
 *
 * @example
 * ```ts
 * import { interpolate } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const x = tensor([[[[1, 2]]]]);
 * await interpolate(x, { scaleFactor: [1, 2] }).array(); // => [[[[1, 1, 2, 2]]]]
 * await interpolate(x, { size: [1, 3], mode: "bilinear", alignCorners: true }).array(); // => [[[[1, 1.5, 2]]]]
 * ```
 */
export function interpolate(x: Tensor, options: InterpolateCallOptions): Tensor {
  const { size, scaleFactor, mode = "nearest", alignCorners = false, antialias = false, owner } = options;
  checkInterpolate("interpolate", options, owner);
  const fitting = ranks[mode].includes(x.rank) ? labels[x.rank] : labels[ranks[mode].includes(4) ? 4 : ranks[mode][0]];
  checkInput("interpolate", x, fitting, owner, () => [emptyReason(x, fitting)]);
  const sizes = (x.shape as Shape).slice(2);
  const perAxis = (value: number | readonly number[]) => (typeof value === "number" ? sizes.map(() => value) : value);
  const given = perAxis(size ?? scaleFactor ?? 1);
  const outputSize = size === undefined ? sizes.map((d, i) => Math.floor(d * given[i])) : given;
  const fits = given.length === sizes.length && outputSize.every((d) => d >= 1);
  if (!fits) {
    const name = size === undefined ? "scaleFactor" : "size";
    const expected = `one number for each of ${fitting.split(" ").slice(2).join(", ")}, that leaves 1 element or more`;
    checkOptions("interpolate", [optionReason(name, expected, given, `${name}: 2`)], owner);
  }
  // As in PyTorch, a factor counts as it was given, also where the size was rounded.
  const scale = sizes.map((d, i) => (size === undefined ? 1 / given[i] : d / outputSize[i]));
  return interpolateOp.call([x], { outputSize, scale, mode, alignCorners, antialias }, { owner });
}

/** Throws one error with all options that cannot fit any input. */
export function checkInterpolate(where: string, options: InterpolateOptions, owner?: object): void {
  const { size, scaleFactor, mode = "nearest", alignCorners = false, antialias = false } = options;
  const numbers = (value: number | readonly number[]) => (typeof value === "number" ? [value] : value);
  const reasons: (Reason | undefined)[] = [];
  if ((size === undefined) === (scaleFactor === undefined)) {
    reasons.push(optionReason("size", "or scaleFactor, one of the two", size, "size: [64, 64], or scaleFactor: 2"));
  }
  if (size !== undefined && !numbers(size).every((d) => Number.isInteger(d) && d >= 1)) {
    reasons.push(optionReason("size", "of integers of 1 or more", size, "size: [64, 64]"));
  }
  if (scaleFactor !== undefined && !numbers(scaleFactor).every((factor) => Number.isFinite(factor) && factor > 0)) {
    reasons.push(optionReason("scaleFactor", "of numbers above 0", scaleFactor, "scaleFactor: 2"));
  }
  if (!(mode in ranks)) {
    reasons.push(optionReason("mode", `one of ${Object.keys(ranks).join(", ")}`, mode, 'mode: "nearest"'));
  } else if (alignCorners && ranks[mode].length > 1) {
    reasons.push(optionReason("alignCorners", `false in mode "${mode}"`, alignCorners, "leave it out"));
  }
  if (antialias && mode !== "bilinear" && mode !== "bicubic") {
    reasons.push(optionReason("antialias", `false in mode "${mode}"`, antialias, 'mode: "bilinear"'));
  }
  checkOptions(where, reasons, owner);
}
