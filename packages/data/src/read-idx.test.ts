import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readIdx } from "./index.js";

const labels = new Uint8Array([0, 0, 8, 1, 0, 0, 0, 3, 7, 2, 255]);

test("reads bytes with their shape", async () => {
  const images = new Uint8Array([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4]);
  expect(await readIdx(images)).toEqual({ data: new Uint8Array([1, 2, 3, 4]), shape: [2, 1, 2] });
});

test("reads every element type, big-endian", async () => {
  const file = (type: number, ...bytes: number[]) => new Uint8Array([0, 0, type, 1, 0, 0, 0, 1, ...bytes]);
  expect((await readIdx(file(0x09, 0xff))).data).toEqual(Int32Array.of(-1));
  expect((await readIdx(file(0x0b, 0xff, 0xfe))).data).toEqual(Int32Array.of(-2));
  expect((await readIdx(file(0x0c, 0, 1, 0, 0))).data).toEqual(Int32Array.of(65536));
  expect((await readIdx(file(0x0d, 0x3f, 0x80, 0, 0))).data).toEqual(Float32Array.of(1));
  expect((await readIdx(file(0x0e, 0xbf, 0xf0, 0, 0, 0, 0, 0, 0))).data).toEqual(Float64Array.of(-1));
});

test("reads gzip", async () => {
  expect(await readIdx(gzipSync(labels))).toEqual({ data: new Uint8Array([7, 2, 255]), shape: [3] });
});

test.each<[string, Uint8Array, RegExp]>([
  ["other content", new TextEncoder().encode("<html>"), /no IDX file[^]*got 3c 68 74 6d/],
  ["nothing", new Uint8Array(0), /no IDX file/],
  ["a cut header", labels.subarray(0, 6), /within the header[^]*8 bytes +got 6/],
  ["cut data", labels.subarray(0, 10), /too short[^]*\[3\][^]*11 bytes +got 10/],
  ["more data", new Uint8Array([...labels, 0]), /too long[^]*11 bytes +got 12/],
  ["damaged gzip", gzipSync(labels).fill(0x55, 12, 16), /gzip stream is damaged/],
])("refuses %s", async (_, bytes, message) => {
  await expect(readIdx(bytes)).rejects.toThrow(message);
});
