import { DataError, type Shape, type Tensor, tensor } from "@nn/tensor";
import { normalOf } from "./host-normal.js";
import { generatorOf, type InitializerOptions } from "./options.js";

/** Options of `truncatedNormal`. */
export interface TruncatedNormalOptions extends InitializerOptions {
  /** Of the normal before it is cut. Default 0. */
  readonly mean?: number;
  /** Of the normal before it is cut. Default 1. */
  readonly std?: number;
  /** Lowest value, default -2; a value, not a multiple of std. */
  readonly low?: number;
  /** Highest value, default 2. */
  readonly high?: number;
}

// Less than one in this many draws inside the bounds is taken for a mistake.
const patience = 10_000;

/**
 * Normal, drawn again where it falls outside of `[low, high]` (torch.nn.init.trunc_normal_).
 *
 * @throws DataError when next to nothing of the normal lies between the bounds.
 *
 * @example
 * ```ts
 * import { truncatedNormal } from "@nn/layers";
 *
 * truncatedNormal([2, 3], { std: 0.02 }).shape; // => [2, 3]
 * ```
 */
export function truncatedNormal(shape: Shape, options: TruncatedNormalOptions = {}): Tensor {
  const { mean = 0, std = 1, low = -2, high = 2, dtype = "f32", backend } = options;
  const generator = generatorOf(options);
  const values = new Float64Array(shape.reduce((product, d) => product * d, 1));
  let filled = 0;
  for (let drawn = 0; filled < values.length; ) {
    const words = generator.bits(2 * (values.length - filled) + 2);
    for (let i = 0; i + 1 < words.length && filled < values.length; i += 2) {
      const value = mean + std * normalOf(words[i], words[i + 1]);
      if (value >= low && value <= high) values[filled++] = value;
    }
    drawn += words.length / 2;
    if (drawn > patience * (filled + 1)) throw boundsError(mean, std, low, high);
  }
  return tensor(values, { shape, dtype, backend });
}

function boundsError(mean: number, std: number, low: number, high: number): DataError {
  return new DataError({
    where: "truncatedNormal",
    problem: "next to nothing of the normal lies between the bounds",
    rows: [
      ["normal", `mean ${mean}, std ${std}`],
      ["bounds", `${low} to ${high}`],
    ],
    fix: "widen the bounds around the mean; they are values, not multiples of std",
  });
}
