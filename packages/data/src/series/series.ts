import { DataError, type Shape } from "@nn/tensor";
import { type HostArray, type ResolvedArray, resolveArray, sizeOf } from "../host-array.js";

/** Steps of time, one a row: a number, or several features, each. */
export interface Series extends ResolvedArray {
  readonly steps: number;
  /** Numbers in a step. */
  readonly width: number;
}

/** The series in a host array: its first dimension is time. */
export function asSeries(where: string, name: string, value: HostArray | Float32Array | Float64Array): Series {
  const array = resolveArray(where, name, value);
  const [steps, ...rest] = array.shape;
  if (steps === undefined || steps === 0) {
    throw new DataError({
      where,
      problem: `"${name}" is no series`,
      rows: [["expected", "steps of time, one a row", `got [${array.shape.join(", ")}]`]],
      fix: "pass a typed array of numbers, or { data, shape: [steps, features] }",
    });
  }
  return { ...array, steps, width: sizeOf(rest) };
}

/** Real numbers of the series' precision. */
export function realLike({ data }: HostArray, length: number): Float32Array | Float64Array {
  return data instanceof Float64Array ? new Float64Array(length) : new Float32Array(length);
}

/** A host array with real numbers. */
export interface RealArray {
  readonly data: Float32Array | Float64Array;
  readonly shape: Shape;
  readonly dtype: "f32" | "f64";
}

/** Numbers with the shape and the precision that belong to them. */
export function realArray(data: Float32Array | Float64Array, shape: Shape): RealArray {
  return { data, shape, dtype: data instanceof Float64Array ? "f64" : "f32" };
}
