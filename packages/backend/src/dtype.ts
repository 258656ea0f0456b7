/**
 * Element types. `f32` exists on every backend, `f64` where `capabilities.dtypes` lists it (the CPU oracle),
 * `i32` holds indices and labels, `bool` holds masks as 0 and 1.
 */
export type DType = "f32" | "f64" | "i32" | "bool";

/** The host array of each dtype: what `write` takes and `read` gives. */
export interface TypedArrayOf {
  f32: Float32Array;
  f64: Float64Array;
  i32: Int32Array;
  bool: Uint8Array;
}

/** Any host array that holds tensor elements. */
export type TypedArray = TypedArrayOf[DType];

/** Bytes of one element, as reported by `memory()`. A backend may store an element wider. */
export const bytesPerElement: Readonly<Record<DType, number>> = { f32: 4, f64: 8, i32: 4, bool: 1 };

/**
 * Makes a zeroed host array.
 *
 * @example
 * ```ts
 * import { typedArray } from "@nn/backend";
 *
 * typedArray("i32", 2); // => Int32Array(2) [ 0, 0 ]
 * ```
 */
export function typedArray<D extends DType>(dtype: D, length: number): TypedArrayOf[D];
export function typedArray(dtype: DType, length: number): TypedArray {
  switch (dtype) {
    case "f32":
      return new Float32Array(length);
    case "f64":
      return new Float64Array(length);
    case "i32":
      return new Int32Array(length);
    case "bool":
      return new Uint8Array(length);
  }
}

/**
 * True for the dtypes that gradients flow through.
 *
 * @example
 * ```ts
 * import { isFloat } from "@nn/backend";
 *
 * isFloat("i32"); // => false
 * ```
 */
export function isFloat(dtype: DType): boolean {
  return dtype === "f32" || dtype === "f64";
}
