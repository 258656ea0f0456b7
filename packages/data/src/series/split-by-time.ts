import type { HostArray, ResolvedArray } from "../host-array.js";
import { countsOf } from "../split.js";
import { asSeries } from "./series.js";

/**
 * Cuts a series into parts that follow each other, such as training, validation and test; nothing is copied. Make
 * windows of each part by itself, so that none looks into another.
 *
 * @param parts fractions that add up to 1, or counts of steps that add up to the length
 * @throws DataError when they do not add up.
 *
 * @example
 * ```ts
 * import { splitByTime } from "@nn/data";
 *
 * const [train, validation, test] = splitByTime(new Float32Array(100), [0.7, 0.1, 0.2]);
 * [train.shape, validation.shape, test.shape]; // => [[70], [10], [20]]
 * ```
 */
export function splitByTime<const P extends readonly number[]>(
  series: HostArray | Float32Array | Float64Array,
  parts: P,
): { -readonly [K in keyof P]: ResolvedArray } {
  const { data, shape, dtype, steps, width } = asSeries("splitByTime", "series", series);
  let at = 0;
  const cut = countsOf("splitByTime", steps, parts).map((count) => {
    const part = data.subarray(at * width, (at + count) * width);
    at += count;
    return { data: part, shape: [count, ...shape.slice(1)], dtype };
  });
  return cut as { -readonly [K in keyof P]: ResolvedArray };
}
