import { DataError, isTensor, type Tensor, tensor } from "@nn/tensor";
import { type HostArray, resolveArray } from "../host-array.js";
import { asSeries, type RealArray, realArray, realLike } from "./series.js";

/** The numbers of a scaler, fit for a file. */
export interface StandardScalerState {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Takes each feature to mean 0 and deviation 1, and back (scikit-learn's StandardScaler, with its population deviation;
 * a constant feature is only shifted). Fit it on the training part alone: what comes later must not be seen.
 *
 * @throws DataError when an array has other features than those it was fit on.
 *
 * @example
 * ```ts
 * import { splitByTime, StandardScaler } from "@nn/data";
 *
 * const [train, test] = splitByTime(new Float32Array([1, 3, 1, 3, 5]), [0.8, 0.2]);
 * const scaler = StandardScaler.fit(train);
 * Array.from(scaler.transform(test).data); // => [3]
 * Array.from(scaler.inverseTransform(scaler.transform(test)).data); // => [5]
 * ```
 */
export class StandardScaler {
  /** Of each feature. */
  readonly mean: readonly number[];
  /** Of each feature; 1 for a constant one. */
  readonly std: readonly number[];

  /** From what `toJSON` gave; `fit` makes one of data. */
  constructor({ mean, std }: StandardScalerState) {
    if (mean.length !== std.length || !std.every((value) => value > 0) || !mean.every(Number.isFinite)) {
      throw new DataError({
        where: "StandardScaler",
        problem: "this is no state of a scaler",
        rows: [["got", `${mean.length} means, ${std.length} deviations`]],
        fix: "pass what toJSON gave, or use StandardScaler.fit",
      });
    }
    this.mean = [...mean];
    this.std = [...std];
  }

  /** Mean and deviation of each feature; a series of numbers has one. NaN, a missing value, does not count. */
  static fit(train: HostArray | Float32Array | Float64Array): StandardScaler {
    const { data, steps, width } = asSeries("StandardScaler.fit", "train", train);
    const mean: number[] = [];
    const std: number[] = [];
    for (let feature = 0; feature < width; feature++) {
      const values: number[] = [];
      for (let step = 0; step < steps; step++) {
        const value = data[step * width + feature]!;
        if (!Number.isNaN(value)) values.push(value);
      }
      if (values.length === 0) throw emptyError(feature);
      const middle = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / values.length;
      mean.push(middle);
      // What rounding leaves of a constant is no deviation.
      std.push(variance > (1e-12 * middle) ** 2 ? Math.sqrt(variance) : 1);
    }
    return new StandardScaler({ mean, std });
  }

  /** `(x - mean) / std`, of host arrays and tensors whose last dimension is the features. */
  transform(x: Tensor): Tensor;
  transform(x: HostArray | Float32Array | Float64Array): RealArray;
  transform(x: Tensor | HostArray | Float32Array | Float64Array): Tensor | RealArray {
    if (isTensor(x)) return x.sub(this.#row(x, this.mean)).div(this.#row(x, this.std));
    return this.#map(x, (value, mean, std) => (value - mean) / std);
  }

  /** `x * std + mean`: forecasts in the units of the data. */
  inverseTransform(x: Tensor): Tensor;
  inverseTransform(x: HostArray | Float32Array | Float64Array): RealArray;
  inverseTransform(x: Tensor | HostArray | Float32Array | Float64Array): Tensor | RealArray {
    if (isTensor(x)) return x.mul(this.#row(x, this.std)).add(this.#row(x, this.mean));
    return this.#map(x, (value, mean, std) => value * std + mean);
  }

  /** For JSON; the constructor takes it. */
  toJSON(): StandardScalerState {
    return { mean: this.mean, std: this.std };
  }

  #map(
    x: HostArray | Float32Array | Float64Array,
    fn: (value: number, mean: number, std: number) => number,
  ): RealArray {
    const array = resolveArray("StandardScaler", "x", x);
    const { length } = this.mean;
    // One feature fits every shape.
    if (length > 1 && array.shape.at(-1) !== length) throw featuresError(length, array.shape);
    const out = realLike(array, array.data.length);
    for (let i = 0; i < out.length; i++) {
      const feature = i % length;
      out[i] = fn(array.data[i]!, this.mean[feature]!, this.std[feature]!);
    }
    return realArray(out, array.shape);
  }

  #row(x: Tensor, values: readonly number[]): Tensor | number {
    if (values.length === 1) return values[0]!;
    if (x.shape.at(-1) !== values.length) throw featuresError(values.length, x.shape);
    return tensor([...values], { dtype: x.dtype, backend: x.backend });
  }
}

function emptyError(feature: number): DataError {
  return new DataError({
    where: "StandardScaler.fit",
    problem: "a feature has no value",
    rows: [["feature", String(feature)]],
    fix: "leave it out",
  });
}

function featuresError(expected: number, shape: readonly number[]): DataError {
  return new DataError({
    where: "StandardScaler",
    problem: "the features are others than those it was fit on",
    rows: [["expected", `${expected} in the last dimension`, `got [${shape.join(", ")}]`]],
    fix: "fit a scaler on these features; of a forecast of one of several, use a scaler of that one",
  });
}
