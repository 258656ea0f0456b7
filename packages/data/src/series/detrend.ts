import { DataError } from "@nn/tensor";
import type { HostArray } from "../host-array.js";
import { checkCount } from "../sampling/checks.js";
import { asSeries, type RealArray, realArray, realLike } from "./series.js";

/** What is taken for the trend. */
export interface DetrendOptions {
  /** A straight line, or the mean. Default "linear". */
  readonly type?: "linear" | "constant";
}

/** The numbers of a trend, fit for a file. */
export interface TrendState {
  /** Of each feature, at step 0 of what it was fit on. */
  readonly intercept: readonly number[];
  /** Of each feature, a step. */
  readonly slope: readonly number[];
}

/**
 * A straight line through each feature by least squares, to be taken off a series and put back on its forecast. Fit it
 * on the training part alone, and say with `start` at which step, counted from there, another part begins.
 *
 * @throws DataError when an array has other features than those it was fit on.
 *
 * @example
 * ```ts
 * import { Trend } from "@nn/data";
 *
 * const trend = Trend.fit(new Float32Array([10, 12, 14, 16]));
 * Array.from(trend.remove(new Float32Array([19, 20]), { start: 4 }).data); // => [1, 0]
 * Array.from(trend.restore(new Float32Array([1, 0]), { start: 4 }).data); // => [19, 20]
 * ```
 */
export class Trend {
  readonly intercept: readonly number[];
  readonly slope: readonly number[];

  /** From what `toJSON` gave; `fit` makes one of data. */
  constructor({ intercept, slope }: TrendState) {
    if (intercept.length !== slope.length || ![...intercept, ...slope].every(Number.isFinite)) {
      throw new DataError({
        where: "Trend",
        problem: "this is no state of a trend",
        rows: [["got", `${intercept.length} intercepts, ${slope.length} slopes`]],
        fix: "pass what toJSON gave, or use Trend.fit",
      });
    }
    this.intercept = [...intercept];
    this.slope = [...slope];
  }

  /** The line of each feature; with `{ type: "constant" }` its mean. */
  static fit(train: HostArray | Float32Array | Float64Array, { type = "linear" }: DetrendOptions = {}): Trend {
    const { data, steps, width } = asSeries("Trend.fit", "train", train);
    const middle = (steps - 1) / 2;
    const spread = (steps * (steps * steps - 1)) / 12;
    const intercept: number[] = [];
    const slope: number[] = [];
    for (let feature = 0; feature < width; feature++) {
      let mean = 0;
      for (let step = 0; step < steps; step++) mean += data[step * width + feature]! / steps;
      let sum = 0;
      for (let step = 0; step < steps; step++) sum += (step - middle) * (data[step * width + feature]! - mean);
      const rise = type === "linear" && steps > 1 ? sum / spread : 0;
      slope.push(rise);
      intercept.push(mean - rise * middle);
    }
    return new Trend({ intercept, slope });
  }

  /** The series without the trend. */
  remove(series: HostArray | Float32Array | Float64Array, { start = 0 }: { readonly start?: number } = {}): RealArray {
    return this.#add(series, start, -1);
  }

  /** The series with the trend again. */
  restore(series: HostArray | Float32Array | Float64Array, { start = 0 }: { readonly start?: number } = {}): RealArray {
    return this.#add(series, start, 1);
  }

  /** For JSON; the constructor takes it. */
  toJSON(): TrendState {
    return { intercept: this.intercept, slope: this.slope };
  }

  #add(series: HostArray | Float32Array | Float64Array, start: number, sign: 1 | -1): RealArray {
    const array = asSeries("Trend", "series", series);
    const { data, shape, width } = array;
    if (width !== this.slope.length) {
      throw new DataError({
        where: "Trend",
        problem: "the features are others than those it was fit on",
        rows: [["expected", `${this.slope.length} a step`, `got [${shape.join(", ")}]`]],
        fix: "fit a trend on these features",
      });
    }
    const out = realLike(array, data.length);
    for (let i = 0; i < out.length; i++) {
      const feature = i % width;
      const step = start + Math.floor(i / width);
      out[i] = data[i]! + sign * (this.intercept[feature]! + this.slope[feature]! * step);
    }
    return realArray(out, shape);
  }
}

/**
 * A series without its own straight line or mean (scipy.signal.detrend). It looks at the whole series: where a part of
 * it is to be foretold, use `Trend`.
 *
 * @example
 * ```ts
 * import { detrend } from "@nn/data";
 *
 * Array.from(detrend(new Float32Array([1, 3, 5])).data); // => [0, 0, 0]
 * ```
 */
export function detrend(series: HostArray | Float32Array | Float64Array, options: DetrendOptions = {}): RealArray {
  return Trend.fit(series, options).remove(series);
}

/** Over how many steps a difference goes. */
export interface DifferenceOptions {
  /** Default 1; the period takes a season off. */
  readonly lag?: number;
}

/**
 * `x[t] - x[t - lag]`, shorter by the lag (R's diff): takes a trend or a season off.
 *
 * @throws DataError when the series is not longer than the lag.
 *
 * @example
 * ```ts
 * import { difference } from "@nn/data";
 *
 * Array.from(difference(new Float32Array([1, 4, 9, 16])).data); // => [3, 5, 7]
 * Array.from(difference(new Float32Array([1, 4, 9, 16]), { lag: 2 }).data); // => [8, 12]
 * ```
 */
export function difference(
  series: HostArray | Float32Array | Float64Array,
  { lag = 1 }: DifferenceOptions = {},
): RealArray {
  checkCount("difference", "lag", lag);
  const array = asSeries("difference", "series", series);
  const { data, shape, steps, width } = array;
  if (steps <= lag) throw lagError("difference", lag, steps);
  const out = realLike(array, (steps - lag) * width);
  for (let i = 0; i < out.length; i++) out[i] = data[i + lag * width]! - data[i]!;
  return realArray(out, [steps - lag, ...shape.slice(1)]);
}

/**
 * The series that has these differences after these first steps (R's diffinv): `difference` undone. Of a forecast: the
 * last `lag` known steps, and the differences foretold.
 *
 * @param initial the steps before, as many as the lag
 * @throws DataError when initial has not so many steps, or other features.
 *
 * @example
 * ```ts
 * import { inverseDifference } from "@nn/data";
 *
 * const foretold = inverseDifference(new Float32Array([3, 5]), new Float32Array([1]));
 * Array.from(foretold.data); // => [4, 9]
 * ```
 */
export function inverseDifference(
  differences: HostArray | Float32Array | Float64Array,
  initial: HostArray | Float32Array | Float64Array,
  { lag = 1 }: DifferenceOptions = {},
): RealArray {
  const where = "inverseDifference";
  checkCount(where, "lag", lag);
  const array = asSeries(where, "differences", differences);
  const before = asSeries(where, "initial", initial);
  if (before.steps !== lag || before.width !== array.width) {
    throw new DataError({
      where,
      problem: "the first steps do not fit",
      rows: [
        ["expected", `${lag} steps of ${array.width} features`],
        ["got", `[${before.shape.join(", ")}]`],
      ],
      fix: "pass the steps right before the differences, as many as the lag",
    });
  }
  const { data, shape, width } = array;
  const out = realLike(array, data.length);
  const back = lag * width;
  for (let i = 0; i < out.length; i++) out[i] = data[i]! + (i < back ? before.data[i]! : out[i - back]!);
  return realArray(out, shape);
}

function lagError(where: string, lag: number, steps: number): DataError {
  return new DataError({
    where,
    problem: "the series is not longer than the lag",
    rows: [["expected", `more than ${lag} steps`, `got ${steps}`]],
    fix: "pass a shorter lag",
  });
}
