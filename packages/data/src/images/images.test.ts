import { expect, test } from "vitest";
import { decodeImage, decodeJpeg, decodePng, imageToArray } from "../images.js";

const png = Uint8Array.from(
  atob("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR42mNg+A8AAQIBANEay48AAAAASUVORK5CYII="),
  (char) => char.charCodeAt(0),
);

test("pixels of a canvas become channels", () => {
  const source = { data: new Uint8ClampedArray([255, 51, 0, 0, 0, 102, 255, 255]), width: 1, height: 2 };
  expect(imageToArray(source)).toEqual({
    data: Float32Array.of(1, 0, 51 / 255, 102 / 255, 0, 1),
    shape: [3, 2, 1],
    dtype: "f32",
  });
  expect([...imageToArray(source, { channels: 4 }).data.slice(6)]).toEqual([0, 1]);
  const gray = imageToArray(source, { channels: 1 });
  expect(gray.shape).toEqual([1, 2, 1]);
  expect(gray.data[0]).toBeCloseTo(0.2989 + 0.587 * 0.2, 6);
});

test.each<[string, () => unknown, RegExp]>([
  ["cut pixels", () => imageToArray({ data: new Uint8Array(3), width: 1, height: 1 }), /4 numbers[^]*got 3/],
  ["an element without a browser", () => imageToArray({ videoWidth: 1, videoHeight: 1 }), /no canvas here/],
  ["five channels", () => decodePng(png, { channels: 5 as 3 }), /1, 3 or 4 channels[^]*5/],
  ["a cut PNG", () => decodePng(png.subarray(0, 40)), /no PNG, or a damaged one[^]*40 bytes/],
  ["a damaged PNG", () => decodePng(png.with(43, 7)), /no PNG, or a damaged one/],
  ["a JPEG that is none", () => decodeJpeg(png), /no JPEG[^]*SOI not found/],
])("refuses %s", (_, make, message) => expect(make).toThrow(message));

test("another format is named", async () => {
  await expect(decodeImage(new TextEncoder().encode("GIF89a"))).rejects.toThrow(/neither PNG nor JPEG[^]*47 49 46 38/);
  await expect(decodeImage(new ArrayBuffer(0))).rejects.toThrow(/0 bytes that begin with nothing/);
});
