import { DataError, type DType, type Shape, type TypedArray } from "@nn/tensor";

/** Elements on the host, row-major. */
export interface HostArray {
  readonly data: TypedArray | Uint8ClampedArray;
  /** Default: one dimension. */
  readonly shape?: Shape;
  /** Default: f64 of Float64Array, i32 of Int32Array, else f32, as `tensor` has it. */
  readonly dtype?: DType;
}

/** A host array with nothing left out. */
export type ResolvedArray = Required<HostArray>;

const arrayOf = { f32: Float32Array, f64: Float64Array, i32: Int32Array, bool: Uint8Array } as const;

/** An empty array of a dtype, ready to be filled. */
export function hostArray(dtype: DType, shape: Shape): { data: TypedArray; shape: Shape; dtype: DType } {
  return { data: new arrayOf[dtype](sizeOf(shape)), shape, dtype };
}

/** Fills in shape and dtype, and checks that the elements fill the shape. */
export function resolveArray(
  where: string,
  name: string,
  value: HostArray | TypedArray | Uint8ClampedArray,
): ResolvedArray {
  const given: HostArray = ArrayBuffer.isView(value) ? { data: value } : value;
  if (!ArrayBuffer.isView(given?.data)) {
    throw new DataError({
      where,
      problem: `"${name}" is no host array`,
      rows: [["expected", "a typed array, or { data: typed array, shape }"]],
      fix: "copy the elements into a Float32Array (values) or an Int32Array (labels)",
    });
  }
  const { data, shape = [data.length], dtype = dtypeOf(data) } = given;
  if (shape.every((size) => Number.isInteger(size) && size >= 0) && sizeOf(shape) === data.length) {
    return { data, shape, dtype };
  }
  throw new DataError({
    where,
    problem: `the elements of "${name}" do not fill its shape`,
    rows: [
      ["shape", `[${shape.join(", ")}]`, `${sizeOf(shape)} elements`],
      ["data", `${data.length} elements`],
    ],
    fix: "correct the shape",
  });
}

/** Number of elements of a shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

function dtypeOf(data: HostArray["data"]): DType {
  if (data instanceof Float64Array) return "f64";
  return data instanceof Int32Array ? "i32" : "f32";
}
