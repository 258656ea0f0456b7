import type { DType, Shape, TypedArray } from "@nn/backend";
import { type SafetensorsDType, storedTypes } from "./safetensors-dtypes.js";
import { safetensorsError } from "./safetensors-error.js";
import { readHeader } from "./safetensors-header.js";

/** A tensor on the host. */
export interface HostTensor {
  readonly dtype: DType;
  readonly shape: Shape;
  /** Row-major, of the dtype's array type. */
  readonly data: TypedArray;
}

/** A tensor of a file, with the type it is stored as. */
export interface StoredTensor extends HostTensor {
  readonly stored: SafetensorsDType;
}

/** What a safetensors file holds. */
export interface Safetensors {
  readonly tensors: Record<string, StoredTensor>;
  readonly metadata: Record<string, string>;
}

/**
 * Reads a safetensors file. Everything is checked: the header, and that the tensors fill the data without gaps or
 * overlaps. The data are copied.
 *
 * F32, F64, I32 and BOOL come as they are; F16 and BF16 as f32, exactly; I8, U8, I16, U16 as i32, exactly; U32, I64 and
 * U64 as i32 where every number fits, else as an error.
 *
 * @throws DataError when the file is damaged, or holds something that cannot be read exactly.
 *
 * @example
 * ```ts
 * import { readSafetensors, writeSafetensors } from "@nn/io";
 *
 * const bytes = writeSafetensors({ bias: { dtype: "f32", shape: [2], data: new Float32Array([1, 2]) } }, { epoch: "3" });
 * const { tensors, metadata } = readSafetensors(bytes);
 * tensors.bias.shape; // => [2]
 * metadata.epoch; // => "3"
 * ```
 */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { metadata, entries, dataStart } = readHeader(bytes);
  const tensors: [string, StoredTensor][] = entries.map(({ name, stored, shape, start, end }) => {
    const type = storedTypes[stored];
    const view = new DataView(bytes.buffer, bytes.byteOffset + dataStart + start, end - start);
    const data = type.read(view, (end - start) / type.bytes);
    if (data !== null) return [name, { dtype: type.dtype, shape, data, stored }];
    const expected = stored === "BOOL" ? "0 and 1" : "numbers that fit i32";
    throw safetensorsError(`${stored} holds a value that ${type.dtype} does not`, [
      ["tensor", JSON.stringify(name)],
      ["expected", expected],
    ]);
  });
  return { tensors: Object.fromEntries(tensors), metadata };
}
