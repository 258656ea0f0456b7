import { DataError } from "@nn/tensor";
import type { BatchOf, Dataset } from "../dataset.js";
import { type HostArray, hostArray } from "../host-array.js";
import { checkCount } from "../sampling/checks.js";
import { asSeries, type Series } from "./series.js";

/** What a window consists of. */
export interface WindowOptions {
  /** Steps that the model sees. */
  readonly inputLength: number;
  /** Steps after them that it shall foretell. Default 1. */
  readonly horizon?: number;
  /** Steps from one window to the next. Default 1. */
  readonly stride?: number;
  /** Steps between the input and what is foretold. Default 0. */
  readonly gap?: number;
  /** What is foretold, if it is another series over the same time. Default: the series itself. */
  readonly target?: HostArray | Float32Array | Float64Array;
}

/** What a model sees, and what comes after it. */
export interface SeriesWindow {
  /** `[inputLength, …features]`. */
  readonly x: HostArray;
  /** `[horizon, …features]` of the target. */
  readonly y: HostArray;
}

/**
 * Every stretch of a series with what comes after it, as samples for a forecast. The windows overlap and are not
 * copied until a batch is made of them.
 *
 * @throws DataError when the series is shorter than a window, or the target is not as long as the series.
 *
 * @example
 * ```ts
 * import { WindowDataset } from "@nn/data";
 *
 * const windows = new WindowDataset(new Float32Array([1, 2, 3, 4, 5]), { inputLength: 3, horizon: 1 });
 * windows.length; // => 2
 * Array.from(windows.get(1).x.data); // => [2, 3, 4]
 * Array.from(windows.get(1).y.data); // => [5]
 * ```
 */
export class WindowDataset implements Dataset<SeriesWindow> {
  readonly length: number;
  readonly inputLength: number;
  readonly horizon: number;
  readonly stride: number;
  readonly #series: Series;
  readonly #target: Series;
  /** Steps from the start of the input to what is foretold. */
  readonly #ahead: number;

  constructor(series: HostArray | Float32Array | Float64Array, options: WindowOptions) {
    const { inputLength, horizon = 1, stride = 1, gap = 0, target = series } = options;
    const where = "WindowDataset";
    for (const [name, value] of Object.entries({ inputLength, horizon, stride })) checkCount(where, name, value);
    checkCount(where, "gap", gap, 0);
    this.#series = asSeries(where, "series", series);
    this.#target = asSeries(where, "target", target);
    this.inputLength = inputLength;
    this.horizon = horizon;
    this.stride = stride;
    this.#ahead = inputLength + gap;
    const { steps } = this.#series;
    if (this.#target.steps !== steps) throw targetError(steps, this.#target.steps);
    const room = steps - this.#ahead - horizon;
    if (room < 0) throw shortError(steps, this.#ahead + horizon);
    this.length = Math.floor(room / stride) + 1;
  }

  /** One window: views of the series. */
  get(index: number): SeriesWindow {
    const start = index * this.stride;
    return {
      x: stretch(this.#series, start, this.inputLength),
      y: stretch(this.#target, start + this.#ahead, this.horizon),
    };
  }

  /** The windows at the indices, copied together. */
  gather(indices: Int32Array): BatchOf<SeriesWindow> {
    const starts = indices.map((index) => index * this.stride);
    return {
      x: stretches(this.#series, starts, this.inputLength),
      y: stretches(
        this.#target,
        starts.map((start) => start + this.#ahead),
        this.horizon,
      ),
    };
  }
}

function stretch({ data, shape, dtype, width }: Series, start: number, length: number): HostArray {
  return { data: data.subarray(start * width, (start + length) * width), shape: [length, ...shape.slice(1)], dtype };
}

function stretches({ data, shape, dtype, width }: Series, starts: Int32Array, length: number): HostArray {
  const out = hostArray(dtype, [starts.length, length, ...shape.slice(1)]);
  const size = length * width;
  for (const [i, start] of starts.entries()) {
    out.data.set(data.subarray(start * width, start * width + size), i * size);
  }
  return out;
}

function targetError(steps: number, got: number): DataError {
  return new DataError({
    where: "WindowDataset",
    problem: "the target does not run over the same time",
    rows: [["expected", `${steps} steps`, `got ${got}`]],
    fix: "pass one target a step of the series",
  });
}

function shortError(steps: number, needed: number): DataError {
  return new DataError({
    where: "WindowDataset",
    problem: "the series is shorter than a window",
    rows: [["expected", `${needed} steps or more: input, gap and horizon`, `got ${steps}`]],
    fix: "pass a shorter inputLength or horizon",
  });
}
