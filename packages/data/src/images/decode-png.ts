import { DataError } from "@nn/tensor";
import { convertIndexedToRgb, type DecodedPng, decode } from "fast-png";
import type { ImageArray } from "../transforms/image.js";
import { fromPixels, type ImageOptions, type Pixels } from "./from-pixels.js";

/**
 * Decodes a PNG of any kind: gray, colors or a palette, with or without alpha, 1 to 16 bits.
 *
 * @returns f32 in 0 … 1, channels first
 * @throws DataError when it is no PNG or is damaged.
 *
 * @example
 * ```ts
 * import { decodePng } from "@nn/data/images";
 *
 * const base64 = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR42mNg+A8AAQIBANEay48AAAAASUVORK5CYII=";
 * const { data, shape } = decodePng(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)), { channels: 1 });
 * [shape, Array.from(data)]; // => [[1, 1, 2], [0, 1]]
 * ```
 */
export function decodePng(bytes: Uint8Array, options: ImageOptions = {}): ImageArray {
  return fromPixels("decodePng", pixelsOf(read(bytes)), options);
}

function read(bytes: Uint8Array): DecodedPng {
  try {
    return decode(bytes, { checkCrc: true });
  } catch (cause) {
    throw new DataError({
      where: "decodePng",
      problem: "the bytes are no PNG, or a damaged one",
      rows: [
        ["got", `${bytes.length} bytes`],
        ["reason", cause instanceof Error ? cause.message : String(cause)],
      ],
      fix: "look at the file with another program",
      cause,
    });
  }
}

function pixelsOf(png: DecodedPng): Pixels {
  const { width, height, depth, palette, transparency } = png;
  const size = { width, height };
  if (palette !== undefined) {
    return { ...size, data: convertIndexedToRgb(png), channels: palette[0]!.length, most: 255 };
  }
  const data = depth < 8 ? unpacked(png) : png.data;
  const most = 2 ** depth - 1;
  if (transparency === undefined || transparency.length === 0) return { ...size, data, channels: png.channels, most };
  return { ...size, data: withAlpha(data, png.channels, transparency, most), channels: png.channels + 1, most };
}

/** Pixels of less than a byte: each row begins with a new one. */
function unpacked({ data, width, height, depth }: DecodedPng): Uint8Array {
  if (data.length === width * height) return data as Uint8Array;
  const out = new Uint8Array(width * height);
  const perByte = 8 / depth;
  const rowBytes = Math.ceil(width / perByte);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const shift = 8 - depth * ((x % perByte) + 1);
      out[at] = (data[y * rowBytes + Math.floor(x / perByte)]! >> shift) & (2 ** depth - 1);
    }
  }
  return out;
}

/** One color may stand for "transparent" where there is no alpha channel. */
function withAlpha(data: ArrayLike<number>, channels: number, color: Uint16Array, most: number): Float64Array {
  const n = data.length / channels;
  const out = new Float64Array(n * (channels + 1));
  for (let i = 0; i < n; i++) {
    let same = true;
    for (let k = 0; k < channels; k++) {
      const value = data[i * channels + k]!;
      out[i * (channels + 1) + k] = value;
      if (value !== color[k]) same = false;
    }
    out[i * (channels + 1) + channels] = same ? 0 : most;
  }
  return out;
}
