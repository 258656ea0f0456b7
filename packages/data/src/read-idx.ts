import { DataError, type TypedArray } from "@nn/tensor";
import { sizeOf } from "./host-array.js";

/** What an IDX file holds. */
export interface IdxArray {
  /** Bytes as Uint8Array, integers as Int32Array, reals as Float32Array or Float64Array. */
  readonly data: TypedArray;
  readonly shape: readonly number[];
}

type Rows = readonly (readonly [label: string, value: string, note?: string])[];
type Reader = { readonly bytes: number; read(view: DataView, at: number, length: number): TypedArray };

// The third byte of the file names the element type; all are big-endian.
const readers: Readonly<Record<number, Reader>> = {
  8: { bytes: 1, read: (view, at, n) => new Uint8Array(view.buffer, view.byteOffset + at, n).slice() },
  9: { bytes: 1, read: (view, at, n) => Int32Array.from({ length: n }, (_, i) => view.getInt8(at + i)) },
  11: { bytes: 2, read: (view, at, n) => Int32Array.from({ length: n }, (_, i) => view.getInt16(at + 2 * i)) },
  12: { bytes: 4, read: (view, at, n) => Int32Array.from({ length: n }, (_, i) => view.getInt32(at + 4 * i)) },
  13: { bytes: 4, read: (view, at, n) => Float32Array.from({ length: n }, (_, i) => view.getFloat32(at + 4 * i)) },
  14: { bytes: 8, read: (view, at, n) => Float64Array.from({ length: n }, (_, i) => view.getFloat64(at + 8 * i)) },
};

/**
 * Reads an IDX file, the format of MNIST and Fashion-MNIST (`train-images-idx3-ubyte`), as it is or gzipped.
 *
 * @throws DataError when it is no IDX file, is cut off, or is too long.
 *
 * @example
 * ```ts
 * import { readIdx } from "@nn/data";
 *
 * const labels = await readIdx(new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 1]));
 * labels.shape; // => [3]
 * Array.from(labels.data); // => [7, 2, 1]
 * ```
 */
export async function readIdx(bytes: Uint8Array): Promise<IdxArray> {
  const content = bytes[0] === 0x1f && bytes[1] === 0x8b ? await gunzip(bytes) : bytes;
  const reader = readers[content[2] ?? 0];
  const rank = content[3] ?? 0;
  if (content[0] !== 0 || content[1] !== 0 || reader === undefined) {
    const start = Array.from(content.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
    throw idxError("this is no IDX file", [["expected", "00 00, a type from 08 to 0e, the rank", `got ${start}`]]);
  }
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const start = 4 + 4 * rank;
  if (content.length < start) {
    throw idxError("the file ends within the header", [["expected", `${start} bytes`, `got ${content.length}`]]);
  }
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  const length = sizeOf(shape);
  const expected = start + length * reader.bytes;
  if (content.length === expected) return { data: reader.read(view, start, length), shape };
  throw idxError(`the file is too ${content.length < expected ? "short" : "long"} for its shape`, [
    ["shape", `[${shape.join(", ")}]`],
    ["expected", `${expected} bytes`, `got ${content.length}`],
  ]);
}

async function gunzip(bytes: Uint8Array): Promise<Uint8Array> {
  try {
    const stream = new Blob([new Uint8Array(bytes)]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  } catch (cause) {
    throw idxError("the gzip stream is damaged", [["file", `${bytes.length} bytes`]], cause);
  }
}

function idxError(problem: string, rows: Rows, cause?: unknown): DataError {
  return new DataError({ where: "readIdx", problem, rows, fix: "download the file again and compare its size", cause });
}
