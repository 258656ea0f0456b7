import { concat, type DType, isTensor, type Shape, type Tensor, tensor } from "@nn/tensor";
import type { HostValues, Measurement } from "../metric.js";

/** Numbers for a metric: a tensor, or an array on the host. */
export type Numbers = Tensor | ArrayLike<number>;

/** Number of elements. */
export function sizeOf(numbers: Numbers): number {
  return isTensor(numbers) ? numbers.size : numbers.length;
}

/** The shape; an array is a row. */
export function shapeOf(numbers: Numbers): Shape {
  return isTensor(numbers) ? numbers.shape : [numbers.length];
}

/**
 * Columns of equal size as one measurement `[columns, size]`, in the first dtype of f64, f32, i32 that holds them all.
 * Columns on the host stay there, in f64, if there are no others.
 */
export function columns(all: readonly Numbers[]): Measurement {
  const size = sizeOf(all[0]!);
  const shape = [all.length, size];
  const device = all.find(isTensor);
  if (device === undefined) return hostColumns(all as readonly ArrayLike<number>[], shape);
  const dtype = common(all);
  const flat = all.map((column) => {
    if (!isTensor(column)) {
      return tensor(Float64Array.from(column), { shape: [size], dtype, backend: device.backend });
    }
    return (column.dtype === dtype ? column : column.cast(dtype)).reshape([size]);
  });
  return concat(flat).reshape(shape);
}

function hostColumns(all: readonly ArrayLike<number>[], shape: Shape): HostValues {
  const data = new Float64Array(shape[0]! * shape[1]!);
  all.forEach((column, i) => data.set(Float64Array.from(column), i * shape[1]!));
  return { data, shape };
}

function common(all: readonly Numbers[]): DType {
  const dtypes = all.map((column) => (isTensor(column) ? column.dtype : "f32"));
  return dtypes.includes("f64") ? "f64" : dtypes.includes("f32") ? "f32" : "i32";
}
