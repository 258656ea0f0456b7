import type { DType, Shape, TypedArray } from "@nn/backend";
import { ShapeError, typedArray, UnsupportedError } from "@nn/backend";
import type { Ranked, ShapeArgument } from "../core/ranked.js";
import type { NestedArray, Tensor } from "../core/tensor.js";
import { fromHost } from "./from-host.js";
import { checkShape } from "./full.js";
import { type CreateOptions, resolveOptions } from "./options.js";

/** What `tensor` takes: a number, nested arrays, or a flat typed array. */
export type TensorData = NestedArray | readonly TensorData[] | TypedArray | Uint8ClampedArray;

/** Options of `tensor`. */
export interface TensorOptions<S extends ShapeArgument = Shape> extends CreateOptions {
  /** Shape of flat data; default: as nested. */
  readonly shape?: S;
}

/**
 * A tensor of host data, copied. The dtype is f32 for numbers, bool for booleans, and that of the array for
 * Float64Array (f64), Int32Array (i32) and Float32Array; Uint8Array holds bytes and becomes f32 unless `dtype` says
 * otherwise.
 *
 * @throws ShapeError when nested arrays are ragged or the shape does not fit.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 *
 * tensor([[1, 2, 3], [4, 5, 6]]).shape; // => [2, 3]
 * tensor(new Int32Array([1, 2, 3, 4]), { shape: [2, 2] }).dtype; // => "i32"
 * ```
 */
export function tensor<S extends ShapeArgument = Shape>(
  data: TensorData,
  options: TensorOptions<S> = {},
): Tensor<Ranked<S>> {
  const flat = ArrayBuffer.isView(data) ? { values: data, shape: [data.length] } : flatten(data);
  const dtype = options.dtype ?? dtypeOf(flat.values);
  const { backend } = resolveOptions(options);
  const shape = options.shape ?? flat.shape;
  checkShape("tensor", shape);
  const made: Tensor = fromHost(convert(flat.values, dtype), shape, dtype, backend, "tensor");
  return made;
}

type Flat = { values: TypedArray | Uint8ClampedArray | (number | boolean)[]; shape: number[] };

function flatten(data: TensorData): Flat {
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values: (number | boolean)[] = [];
  const walk = (level: unknown, axis: number): void => {
    if (Array.isArray(level)) {
      if (level.length !== shape[axis]) throw ragged(shape, axis, level.length);
      for (const item of level) walk(item, axis + 1);
    } else {
      if (axis !== shape.length) throw ragged(shape, axis, undefined);
      if (typeof level !== "number" && typeof level !== "boolean") throw notANumber(level);
      values.push(level);
    }
  };
  walk(data, 0);
  return { values, shape };
}

function dtypeOf(values: Flat["values"]): DType {
  if (values instanceof Float64Array) return "f64";
  if (values instanceof Int32Array) return "i32";
  if (Array.isArray(values) && values.length > 0 && values.every((value) => typeof value === "boolean")) return "bool";
  return "f32";
}

function convert(values: Flat["values"], dtype: DType): TypedArray {
  const out = typedArray(dtype, values.length);
  if (dtype === "bool") for (let i = 0; i < values.length; i++) out[i] = Number(values[i]) !== 0 ? 1 : 0;
  else if (Array.isArray(values)) for (let i = 0; i < values.length; i++) out[i] = Number(values[i]);
  else out.set(values);
  return out;
}

function ragged(shape: readonly number[], axis: number, got: number | undefined): ShapeError {
  return new ShapeError({
    where: "tensor",
    problem: "the nested arrays are ragged",
    rows: [["expected", `${shape[axis] ?? "a number"} at depth ${axis}`, `got ${got ?? "a number"}`]],
    fix: "make all arrays of one level equally long, or pad them",
  });
}

function notANumber(value: unknown): UnsupportedError {
  return new UnsupportedError({
    where: "tensor",
    problem: "an element is neither a number nor a boolean",
    rows: [["got", value === null ? "null" : typeof value]],
    fix: "convert the data to numbers first",
  });
}
