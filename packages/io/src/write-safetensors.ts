import { bytesPerElement, DataError, type TypedArray, typedArray } from "@nn/backend";
import type { HostTensor } from "./read-safetensors.js";
import { isLittleEndian, writtenAs } from "./safetensors-dtypes.js";

/**
 * Writes a safetensors file: f32 as F32, f64 as F64, i32 as I32, bool as BOOL. Wide elements come first, so that every
 * tensor lies aligned to its element size; the same tensors in any order give the same bytes, those of the reference implementation.
 *
 * @param metadata texts by key
 * @throws DataError when data and shape do not fit, or a name is taken by the format.
 *
 * @example
 * ```ts
 * import { writeSafetensors } from "@nn/io";
 *
 * const bytes = writeSafetensors({ x: { dtype: "i32", shape: [3], data: new Int32Array([1, 2, 3]) } });
 * bytes.length % 4; // => 0
 * ```
 */
export function writeSafetensors(
  tensors: Readonly<Record<string, HostTensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const entries = Object.entries(tensors).sort(
    ([a, { dtype: ofA }], [b, { dtype: ofB }]) =>
      bytesPerElement[ofB] - bytesPerElement[ofA] || compare(writtenAs[ofA], writtenAs[ofB]) || compare(a, b),
  );
  for (const [name, tensor] of entries) check(name, tensor);
  checkMetadata(metadata);

  const header: [string, string][] = [];
  if (Object.keys(metadata).length > 0) header.push(["__metadata__", metadataText(metadata)]);
  let length = 0;
  for (const [name, { dtype, shape, data }] of entries) {
    const end = length + data.length * bytesPerElement[dtype];
    header.push([name, JSON.stringify({ dtype: writtenAs[dtype], shape, data_offsets: [length, end] })]);
    length = end;
  }
  const text = new TextEncoder().encode(objectText(header));
  const padded = Math.ceil(text.length / 8) * 8;
  const bytes = new Uint8Array(8 + padded + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(padded), true);
  bytes.set(text, 8);
  bytes.fill(0x20, 8 + text.length, 8 + padded);
  let at = 8 + padded;
  for (const [, { data }] of entries) {
    bytes.set(littleEndian(data), at);
    at += data.byteLength;
  }
  return bytes;
}

function littleEndian(data: TypedArray): Uint8Array {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (isLittleEndian || data.BYTES_PER_ELEMENT === 1) return bytes;
  const size = data.BYTES_PER_ELEMENT;
  return bytes.map((_, i) => bytes[i - (i % size) + (size - 1 - (i % size))]!);
}

function metadataText(metadata: Readonly<Record<string, string>>): string {
  const entries = Object.entries(metadata).sort(([a], [b]) => compare(a, b));
  return objectText(entries.map(([key, value]) => [key, JSON.stringify(value)]));
}

/** The text of a JSON object in the order given: JSON.stringify would put names such as "10" first. */
function objectText(entries: readonly (readonly [key: string, json: string])[]): string {
  return `{${entries.map(([key, json]) => `${JSON.stringify(key)}:${json}`).join(",")}}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function check(name: string, { dtype, shape, data }: HostTensor): void {
  const size = shape.reduce((product, n) => product * n, 1);
  const array = typedArray(dtype, 0).constructor;
  const fits = data.constructor === array && data.length === size && shape.every((n) => Number.isInteger(n) && n >= 0);
  if (fits && name !== "__metadata__" && !/\p{Surrogate}/u.test(name)) return;
  throw new DataError({
    where: "writeSafetensors",
    problem: fits
      ? "a tensor has a name that the format does not allow"
      : "a tensor's data do not fit its dtype and shape",
    rows: [
      ["tensor", JSON.stringify(name), `${dtype} [${shape.join(", ")}]`],
      ["expected", `${array.name} of ${size}`, `got ${data.constructor.name} of ${data.length}`],
    ],
    fix: fits ? "rename it" : "pass the elements of the tensor's dtype: await tensor.data()",
  });
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const bad = Object.entries(metadata).find(([, value]) => typeof value !== "string");
  if (bad === undefined) return;
  throw new DataError({
    where: "writeSafetensors",
    problem: "the format keeps metadata as texts",
    rows: [[bad[0], typeof bad[1]]],
    fix: "use JSON.stringify for other values",
  });
}
