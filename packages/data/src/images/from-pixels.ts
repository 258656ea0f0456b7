import { DataError } from "@nn/tensor";
import { grayscale } from "../transforms/color.js";
import { type ImageArray, newImage } from "../transforms/image.js";

/** Which channels an image gets. */
export interface ImageOptions {
  /** 1 gray, 3 red green blue, 4 with alpha. Default 3. Alpha is left out, not blended. */
  readonly channels?: 1 | 3 | 4;
}

/** Pixels as they lie in files and on canvases: channels last. */
export interface Pixels {
  readonly data: ArrayLike<number>;
  readonly width: number;
  readonly height: number;
  /** Numbers a pixel: gray, gray and alpha, red green blue, with alpha. */
  readonly channels: number;
  /** What white is: 255, or 65535 of 16 bits. */
  readonly most: number;
}

/** Channels first, in 0 … 1, with the channels asked for. */
export function fromPixels(where: string, pixels: Pixels, { channels = 3 }: ImageOptions): ImageArray {
  const { data, width, height, channels: given, most } = pixels;
  if (channels !== 1 && channels !== 3 && channels !== 4) {
    throw new DataError({
      where,
      problem: "an image has 1, 3 or 4 channels",
      rows: [["got", String(channels)]],
      fix: "pass { channels: 3 }",
    });
  }
  const colors = given < 3 ? 1 : 3;
  const alpha = given === 2 || given === 4 ? given - 1 : undefined;
  const toGray = channels === 1 && colors === 3;
  const out = newImage(toGray ? 3 : channels, height, width);
  const n = width * height;
  for (let k = 0; k < out.shape[0]; k++) {
    const source = k === 3 ? alpha : colors === 1 ? 0 : k;
    if (source === undefined) out.data.fill(1, k * n, (k + 1) * n);
    else for (let i = 0; i < n; i++) out.data[k * n + i] = data[i * given + source]! / most;
  }
  return toGray ? grayscale(out) : out;
}
