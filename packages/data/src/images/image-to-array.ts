import { DataError, UnsupportedError } from "@nn/tensor";
import type { ImageArray } from "../transforms/image.js";
import { fromPixels, type ImageOptions } from "./from-pixels.js";

/** Pixels on the host, as a canvas gives them: red, green, blue, alpha of each in turn. */
export interface ImageDataLike {
  readonly data: Uint8ClampedArray | Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** What a browser can draw, as far as it is used here: its size goes by several names. */
export type DrawableLike =
  | { readonly width: number; readonly height: number }
  | { readonly videoWidth: number; readonly videoHeight: number }
  | { readonly displayWidth: number; readonly displayHeight: number };

/**
 * The pixels of an ImageData, ImageBitmap, VideoFrame, canvas, image or video element (tfjs's `browser.fromPixels`).
 * All but ImageData are drawn once, at their own size, and need a browser.
 *
 * @returns f32 in 0 … 1, channels first
 * @throws DataError when it has no pixels (yet); UnsupportedError outside of browsers.
 *
 * @example
 * ```ts
 * import { imageToArray } from "@nn/data/images";
 *
 * // Of a canvas: context.getImageData(0, 0, width, height), or the canvas itself.
 * const pixels = { data: new Uint8ClampedArray([255, 0, 0, 255, 0, 0, 255, 255]), width: 2, height: 1 };
 * const { data, shape } = imageToArray(pixels);
 * [shape, Array.from(data)]; // => [[3, 1, 2], [1, 0, 0, 0, 0, 1]]
 * ```
 */
export function imageToArray(source: ImageDataLike | DrawableLike, options: ImageOptions = {}): ImageArray {
  const { data, width, height } = "data" in source ? checked(source) : drawn(source);
  return fromPixels("imageToArray", { data, width, height, channels: 4, most: 255 }, options);
}

function checked(source: ImageDataLike): ImageDataLike {
  const { data, width, height } = source;
  if (width > 0 && height > 0 && data?.length === width * height * 4) return source;
  throw new DataError({
    where: "imageToArray",
    problem: "the pixels do not fill the image",
    rows: [["expected", `4 numbers for each of ${width} times ${height} pixels`, `got ${data?.length}`]],
    fix: "pass an ImageData, or { data, width, height } with red, green, blue and alpha of each pixel",
  });
}

function drawn(source: DrawableLike): ImageDataLike {
  const { OffscreenCanvas: Canvas } = globalThis as { readonly OffscreenCanvas?: typeof OffscreenCanvas };
  if (Canvas === undefined) {
    throw new UnsupportedError({
      where: "imageToArray",
      problem: "there is no canvas here to draw the image on",
      fix: "decode files with decodeImage, or pass { data, width, height }",
    });
  }
  const [width, height] = naturalSize(source);
  if (!(width > 0 && height > 0)) {
    throw new DataError({
      where: "imageToArray",
      problem: "the image has no pixels",
      rows: [["size", `${width} times ${height}`]],
      fix: "wait until it is loaded: await image.decode(), or the video's loadeddata event",
    });
  }
  const context = new Canvas(width, height).getContext("2d", { willReadFrequently: true })!;
  context.drawImage(source as CanvasImageSource, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
}

/** The size of the picture, not that of the element on the page. */
function naturalSize(source: DrawableLike & { readonly naturalWidth?: number; readonly naturalHeight?: number }) {
  if ("videoWidth" in source) return [source.videoWidth, source.videoHeight] as const;
  if ("displayWidth" in source) return [source.displayWidth, source.displayHeight] as const;
  return [source.naturalWidth ?? source.width, source.naturalHeight ?? source.height] as const;
}
