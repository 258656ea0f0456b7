import { DataError } from "@nn/tensor";
import { decode } from "jpeg-js";
import { horizontalFlip } from "../transforms/flip.js";
import { type ImageArray, newImage } from "../transforms/image.js";
import { exifOrientation } from "./exif-orientation.js";
import { fromPixels, type ImageOptions } from "./from-pixels.js";

/** How a JPEG is decoded. */
export interface DecodeJpegOptions extends ImageOptions {
  /** Turns the picture as the camera was held (EXIF), as browsers do. Default true. */
  readonly applyExifOrientation?: boolean;
  /** Refuses larger pictures, in millions of pixels: a small file may hold a huge one. Default 100. */
  readonly maxMegapixels?: number;
}

/**
 * Decodes a JPEG, baseline or progressive. Values differ from those of other decoders by a level or two, as the
 * standard allows.
 *
 * @returns f32 in 0 … 1, channels first
 * @throws DataError when it is no JPEG, is damaged, or is too large.
 *
 * @example
 * ```ts
 * import { decodeJpeg } from "@nn/data/images";
 *
 * const base64 =
 *   "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAFA3PEY8MlBGQUZaVVBfeMiCeG5uePWvuZHI////////////////////////////////" +
 *   "////////////////////wAALCAABAAEBAREA/8QAFAABAAAAAAAAAAAAAAAAAAAABP/EABQQAQAAAAAAAAAAAAAAAAAAAAD/2gAIAQEAAD8Aa//Z";
 * const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
 * Array.from(decodeJpeg(bytes).data); // => [1, 1, 1]
 * ```
 */
export function decodeJpeg(bytes: Uint8Array, options: DecodeJpegOptions = {}): ImageArray {
  const { applyExifOrientation = true, maxMegapixels = 100 } = options;
  const { width, height, data } = read(bytes, maxMegapixels);
  const image = fromPixels("decodeJpeg", { width, height, data, channels: 4, most: 255 }, options);
  return applyExifOrientation ? upright(image, exifOrientation(bytes)) : image;
}

function read(bytes: Uint8Array, maxMegapixels: number) {
  try {
    return decode(bytes, { useTArray: true, maxResolutionInMP: maxMegapixels, maxMemoryUsageInMB: 16 * maxMegapixels });
  } catch (cause) {
    throw new DataError({
      where: "decodeJpeg",
      problem: "the bytes are no JPEG, a damaged one, or one that is too large",
      rows: [
        ["got", `${bytes.length} bytes`],
        ["reason", cause instanceof Error ? cause.message : String(cause)],
      ],
      fix: "look at the file with another program; { maxMegapixels } takes larger ones",
      cause,
    });
  }
}

/** Undoes how the camera was held: 1 to 8, as EXIF numbers it. */
function upright(image: ImageArray, orientation: number): ImageArray {
  const mirrored = orientation === 2 || orientation === 4 || orientation === 5 || orientation === 7;
  const quarters = orientation === 3 || orientation === 4 ? 2 : orientation >= 7 ? 3 : orientation >= 5 ? 1 : 0;
  let out = image;
  for (let i = 0; i < quarters; i++) out = quarterTurn(out);
  return mirrored ? horizontalFlip(out) : out;
}

/** Clockwise. */
function quarterTurn({ data, shape: [c, h, w] }: ImageArray): ImageArray {
  const out = newImage(c, w, h);
  for (let k = 0, at = 0; k < c; k++) {
    for (let y = 0; y < w; y++) {
      for (let x = 0; x < h; x++) out.data[at++] = data[(k * h + h - 1 - x) * w + y]!;
    }
  }
  return out;
}
