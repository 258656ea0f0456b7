import { isNNError } from "@nn/backend";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HostTensor, readSafetensors, writeSafetensors } from "./index.js";

const small = writeSafetensors(
  {
    weight: { dtype: "f32", shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) },
    steps: { dtype: "i32", shape: [], data: Int32Array.of(7) },
  },
  { note: "x" },
);

/** A file with this header and so many bytes of data. */
function fileOf(header: unknown, dataLength = 0, text = JSON.stringify(header)): Uint8Array {
  const json = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + json.length + dataLength);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
const entry = (dtype: string, shape: unknown, start: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

describe("round trip", () => {
  const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 });
  const exactly = <T>(element: fc.Arbitrary<T>, shape: readonly number[]) =>
    fc.array(element, { minLength: size(shape), maxLength: size(shape) });
  const anyTensor: fc.Arbitrary<HostTensor> = shapes.chain((shape) =>
    fc.oneof(
      exactly(fc.float(), shape).map((data): HostTensor => ({ dtype: "f32", shape, data: Float32Array.from(data) })),
      exactly(fc.double(), shape).map((data): HostTensor => ({ dtype: "f64", shape, data: Float64Array.from(data) })),
      exactly(fc.integer(), shape).map((data): HostTensor => ({ dtype: "i32", shape, data: Int32Array.from(data) })),
      exactly(fc.boolean(), shape).map(
        (data): HostTensor => ({ dtype: "bool", shape, data: Uint8Array.from(data, Number) }),
      ),
    ),
  );
  const names = fc.string({ unit: "grapheme", maxLength: 12 }).filter((name) => name !== "__metadata__");

  test("gives back every tensor, name and text, aligned", () => {
    fc.assert(
      fc.property(
        fc.dictionary(names, anyTensor),
        fc.dictionary(names, fc.string({ unit: "grapheme" })),
        (tensors, metadata) => {
          const bytes = writeSafetensors(tensors, metadata);
          expect((8 + Number(new DataView(bytes.buffer).getBigUint64(0, true))) % 8).toBe(0);
          // A view into a larger buffer at an odd place, as a file in an archive would be.
          const shifted = new Uint8Array(bytes.length + 3).subarray(3);
          shifted.set(bytes);
          const read = readSafetensors(shifted);
          expect(read.metadata).toEqual({ ...metadata });
          expect(Object.keys(read.tensors).sort()).toEqual(Object.keys(tensors).sort());
          for (const [name, { dtype, shape, data }] of Object.entries(tensors)) {
            const { stored: _, ...tensor } = read.tensors[name]!;
            expect(tensor).toEqual({ dtype, shape, data });
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test("gives the same bytes whatever the order", () => {
    const tensors: [string, HostTensor][] = [
      ["b", { dtype: "f32", shape: [1], data: Float32Array.of(1) }],
      ["a", { dtype: "f64", shape: [1], data: Float64Array.of(2) }],
    ];
    const bytes = writeSafetensors(Object.fromEntries(tensors), { x: "1", a: "2" });
    expect(writeSafetensors(Object.fromEntries(tensors.reverse()), { a: "2", x: "1" })).toEqual(bytes);
  });
});

describe("types that are only read", () => {
  const read = (dtype: string, ...bytes: number[]) => {
    const file = fileOf({ x: entry(dtype, [1], 0, bytes.length) }, bytes.length);
    file.set(bytes, file.length - bytes.length);
    const { dtype: to, data } = readSafetensors(file).tensors.x!;
    return [to, data[0]];
  };
  test.each<[string, number[], string, number]>([
    ["U8", [255], "i32", 255],
    ["I8", [255], "i32", -1],
    ["U16", [255, 255], "i32", 65535],
    ["I16", [254, 255], "i32", -2],
    ["U32", [255, 255, 255, 127], "i32", 2 ** 31 - 1],
    ["I64", [254, 255, 255, 255, 255, 255, 255, 255], "i32", -2],
    ["U64", [3, 0, 0, 0, 0, 0, 0, 0], "i32", 3],
    ["F16", [0, 0x3c], "f32", 1],
    ["F16", [1, 0], "f32", 2 ** -24],
    ["F16", [0, 0xfc], "f32", Number.NEGATIVE_INFINITY],
    ["F16", [0, 0x7e], "f32", Number.NaN],
    ["F16", [0, 0x80], "f32", -0],
    ["BF16", [0x49, 0xc0], "f32", -3.140625],
  ])("%s %j", (dtype, bytes, to, value) => {
    expect(read(dtype, ...bytes)).toEqual([to, value]);
  });
  test("every finite F16 equals its value by definition", () => {
    const count = 0x7c00;
    const file = fileOf({ x: entry("F16", [count], 0, 2 * count) }, 2 * count);
    const view = new DataView(file.buffer, file.length - 2 * count);
    const expected = new Float32Array(count);
    for (let bits = 0; bits < count; bits++) {
      view.setUint16(2 * bits, bits, true);
      expected[bits] = bits < 0x400 ? bits * 2 ** -24 : 2 ** ((bits >> 10) - 15) * (1 + (bits & 0x3ff) / 1024);
    }
    expect(readSafetensors(file).tensors.x!.data).toEqual(expected);
  });
  test.each<[string, number[]]>([
    ["U32", [0, 0, 0, 128]],
    ["I64", [0, 0, 0, 128, 0, 0, 0, 0]],
    ["U64", [255, 255, 255, 255, 255, 255, 255, 255]],
    ["BOOL", [2]],
  ])("%s with a value that does not fit is refused", (dtype, bytes) => {
    expect(() => read(dtype, ...bytes)).toThrow(/holds a value that[^]*tensor +"x"/);
  });
});

describe("damage", () => {
  const bad = Uint8Array.of(0xff, 0xfe);
  const notUtf8 = fileOf({}, 0);
  notUtf8.set(bad, 8);
  test.each<[string, Uint8Array, RegExp]>([
    ["nothing", new Uint8Array(0), /too short[^]*at least 8 bytes +got 0/],
    ["a header beyond the file", small.subarray(0, 40), /within the header/],
    ["a giant header", Uint8Array.of(255, 255, 255, 255, 255, 0, 0, 0), /header is too long/],
    ["no UTF-8", notUtf8, /not UTF-8/],
    ["no JSON", fileOf(0, 0, '{"x":'), /not JSON/],
    ["a list", fileOf([]), /no JSON object/],
    ["leading space", fileOf(0, 0, " {}"), /no JSON object/],
    ["metadata that are no texts", fileOf({ __metadata__: { epoch: 3 } }), /metadata are not strings/],
    ["an unknown dtype", fileOf({ x: entry("F8_E4M3", [1], 0, 1) }, 1), /dtype that cannot be read[^]*got "F8_E4M3"/],
    ["an inherited dtype", fileOf({ x: entry("toString", [1], 0, 1) }, 1), /dtype that cannot be read/],
    ["a negative size", fileOf({ x: entry("F32", [-1], 0, 4) }, 4), /shape is malformed[^]*\[-1\]/],
    ["a broken size", fileOf({ x: entry("F32", [0.5], 0, 2) }, 2), /shape is malformed/],
    ["a negative offset", fileOf({ x: entry("F32", [1], -4, 0) }), /offsets are malformed/],
    ["swapped offsets", fileOf({ x: entry("F32", [1], 4, 0) }, 4), /do not fit the shape[^]*got +-4 bytes/],
    ["offsets that do not fit", fileOf({ x: entry("F32", [2], 0, 4) }, 4), /expected +8 bytes[^]*got +4 bytes/],
    ["an overflowing shape", fileOf({ x: entry("F32", [2 ** 52, 2 ** 52], 0, 4) }, 4), /do not fit the shape/],
    [
      "an overlap",
      fileOf({ x: entry("F32", [2], 0, 8), y: entry("F32", [1], 4, 8) }, 8),
      /overlap[^]*"y"[^]*start at 8 +got 4/,
    ],
    ["a gap", fileOf({ x: entry("F32", [1], 0, 4), y: entry("F32", [1], 8, 12) }, 12), /gap before[^]*"y"/],
    ["missing data", small.subarray(0, small.length - 1), /ends within the data[^]*20 bytes of data +got 19/],
    ["trailing bytes", Uint8Array.of(...small, 0), /bytes behind the last tensor/],
  ])("%s", (_, bytes, message) => {
    expect(() => readSafetensors(bytes)).toThrow(message);
  });

  test("of any bytes gives a DataError or a file that is whole, never another error", () => {
    const flips = fc.array(fc.tuple(fc.nat(small.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(flips, fc.nat(small.length), (changes, length) => {
        const bytes = small.slice(0, length > small.length / 2 ? small.length : length);
        for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
        try {
          for (const { shape, data } of Object.values(readSafetensors(bytes).tensors)) {
            expect(data.length).toBe(shape.reduce((product, n) => product * n, 1));
          }
        } catch (error) {
          if (!isNNError(error)) throw error;
          expect(error.code).toBe("NN_DATA");
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("what cannot be written", () => {
  const one: HostTensor = { dtype: "f32", shape: [1], data: Float32Array.of(1) };
  test.each<[string, () => unknown, RegExp]>([
    [
      "data of another length",
      () => writeSafetensors({ x: { ...one, shape: [2] } }),
      /"x"[^]*Float32Array of 2 +got Float32Array of 1/,
    ],
    [
      "data of another type",
      () => writeSafetensors({ x: { ...one, dtype: "i32" } }),
      /Int32Array of 1 +got Float32Array/,
    ],
    ["the name of the metadata", () => writeSafetensors({ __metadata__: one }), /name that the format does not allow/],
    ["half a surrogate pair", () => writeSafetensors({ "\ud800": one }), /name that the format does not allow/],
    [
      "metadata that are no texts",
      () => writeSafetensors({}, { epoch: 3 as never }),
      /epoch +number[^]*JSON\.stringify/,
    ],
  ])("%s", (_, write, message) => {
    expect(write).toThrow(message);
  });
});
