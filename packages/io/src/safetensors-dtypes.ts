import type { DType, TypedArray } from "@nn/backend";

/** Element types of the format that can be read. */
export type SafetensorsDType =
  | "BOOL"
  | "U8"
  | "I8"
  | "U16"
  | "I16"
  | "F16"
  | "BF16"
  | "U32"
  | "I32"
  | "F32"
  | "U64"
  | "I64"
  | "F64";

/** How the elements of a stored type are read. */
export interface StoredType {
  /** Bytes of an element. */
  readonly bytes: number;
  /** What it becomes. */
  readonly dtype: DType;
  /** Reads `length` little-endian elements from the start of the view; null where one does not fit the dtype exactly. */
  read(view: DataView, length: number): TypedArray | null;
}

/*
 * Every type but three is read exactly. U32, U64 and I64 become i32 where all their numbers fit, and are refused where
 * one does not: labels and step counts fit, and a silently rounded index would be worse than an error.
 */
// biome-ignore format: a table
export const storedTypes: Readonly<Record<SafetensorsDType, StoredType>> = {
  BOOL: { bytes: 1, dtype: "bool", read: readBool },
  U8: { bytes: 1, dtype: "i32", read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getUint8(i)) },
  I8: { bytes: 1, dtype: "i32", read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt8(i)) },
  U16: { bytes: 2, dtype: "i32", read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getUint16(2 * i, true)) },
  I16: { bytes: 2, dtype: "i32", read: (view, n) => Int32Array.from({ length: n }, (_, i) => view.getInt16(2 * i, true)) },
  F16: { bytes: 2, dtype: "f32", read: (view, n) => Float32Array.from({ length: n }, (_, i) => fromHalf(view.getUint16(2 * i, true))) },
  BF16: { bytes: 2, dtype: "f32", read: readBrain },
  U32: { bytes: 4, dtype: "i32", read: (view, n) => exact(n, (i) => view.getUint32(4 * i, true)) },
  I32: { bytes: 4, dtype: "i32", read: (view, n) => copy(view, new Int32Array(n)) ?? Int32Array.from({ length: n }, (_, i) => view.getInt32(4 * i, true)) },
  F32: { bytes: 4, dtype: "f32", read: (view, n) => copy(view, new Float32Array(n)) ?? Float32Array.from({ length: n }, (_, i) => view.getFloat32(4 * i, true)) },
  U64: { bytes: 8, dtype: "i32", read: (view, n) => exact(n, (i) => Number(view.getBigUint64(8 * i, true))) },
  I64: { bytes: 8, dtype: "i32", read: (view, n) => exact(n, (i) => Number(view.getBigInt64(8 * i, true))) },
  F64: { bytes: 8, dtype: "f64", read: (view, n) => copy(view, new Float64Array(n)) ?? Float64Array.from({ length: n }, (_, i) => view.getFloat64(8 * i, true)) },
};

/** The stored type that each dtype is written as. */
export const writtenAs: Readonly<Record<DType, SafetensorsDType>> = {
  f32: "F32",
  f64: "F64",
  i32: "I32",
  bool: "BOOL",
};

/** True where numbers lie in memory as in the file, so that they can be copied as bytes. */
export const isLittleEndian = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1;

function copy<T extends TypedArray>(view: DataView, out: T): T | null {
  if (!isLittleEndian) return null;
  new Uint8Array(out.buffer).set(new Uint8Array(view.buffer, view.byteOffset, out.byteLength));
  return out;
}

function readBool(view: DataView, length: number): Uint8Array | null {
  const out = new Uint8Array(view.buffer, view.byteOffset, length).slice();
  return out.every((value) => value <= 1) ? out : null;
}

function readBrain(view: DataView, length: number): Float32Array {
  // The upper half of an f32.
  const out = new Uint32Array(length);
  for (let i = 0; i < length; i++) out[i] = view.getUint16(2 * i, true) << 16;
  return new Float32Array(out.buffer);
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. Every value is exact in f32. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function exact(length: number, at: (i: number) => number): Int32Array | null {
  const out = new Int32Array(length);
  for (let i = 0; i < length; i++) {
    out[i] = at(i);
    if (out[i] !== at(i)) return null;
  }
  return out;
}
