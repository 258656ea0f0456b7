import { DataError } from "@nn/tensor";
import type { ImageArray } from "../transforms/image.js";
import { type DecodeJpegOptions, decodeJpeg } from "./decode-jpeg.js";
import { decodePng } from "./decode-png.js";
import { imageToArray } from "./image-to-array.js";

/** A Blob or a File, described without the types of a browser, which a program need not have. */
export interface BlobLike {
  arrayBuffer(): Promise<ArrayBuffer>;
}

/**
 * Decodes an image file (torchvision's `decode_image`): PNG and JPEG everywhere, and in browsers whatever else they
 * show (WebP, AVIF, GIF). A Blob, such as a chosen file, is decoded by the browser where there is one.
 *
 * @returns f32 in 0 … 1, channels first
 * @throws DataError when the format is not known here, or the file is damaged.
 *
 * @example
 * ```ts
 * import { decodeImage } from "@nn/data/images";
 *
 * const base64 = "iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAAAAADRSSBWAAAAC0lEQVR42mNg+A8AAQIBANEay48AAAAASUVORK5CYII=";
 * const image = await decodeImage(Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)));
 * image.shape; // => [3, 1, 2]
 * ```
 */
export async function decodeImage(
  source: Uint8Array | ArrayBuffer | BlobLike,
  options: DecodeJpegOptions = {},
): Promise<ImageArray> {
  const { createImageBitmap: bitmapOf } = globalThis as { readonly createImageBitmap?: typeof createImageBitmap };
  if (source instanceof Blob && bitmapOf !== undefined) return decodeByBrowser(source, bitmapOf, options);
  const buffer = "arrayBuffer" in source ? await source.arrayBuffer() : source;
  const bytes = buffer instanceof Uint8Array ? buffer : new Uint8Array(buffer);
  if (bytes[0] === 0x89 && bytes[1] === 0x50) return decodePng(bytes, options);
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return decodeJpeg(bytes, options);
  if (bitmapOf !== undefined) return decodeByBrowser(new Blob([new Uint8Array(bytes)]), bitmapOf, options);
  const start = Array.from(bytes.subarray(0, 4), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  throw new DataError({
    where: "decodeImage",
    problem: "the file is neither PNG nor JPEG",
    rows: [["got", `${bytes.length} bytes that begin with ${start || "nothing"}`]],
    fix: "convert it to PNG or JPEG",
  });
}

async function decodeByBrowser(
  blob: Blob,
  bitmapOf: typeof createImageBitmap,
  { applyExifOrientation = true, ...options }: DecodeJpegOptions,
): Promise<ImageArray> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await bitmapOf(blob, {
      imageOrientation: applyExifOrientation ? "from-image" : ("none" as ImageOrientation),
      premultiplyAlpha: "none",
      colorSpaceConversion: "none",
    });
  } catch (cause) {
    throw new DataError({
      where: "decodeImage",
      problem: "this browser cannot decode the image",
      rows: [
        ["got", `${blob.size} bytes${blob.type === "" ? "" : ` of ${blob.type}`}`],
        ["reason", cause instanceof Error ? cause.message : String(cause)],
      ],
      fix: "convert it to PNG or JPEG",
      cause,
    });
  }
  try {
    return imageToArray(bitmap, options);
  } finally {
    bitmap.close();
  }
}
