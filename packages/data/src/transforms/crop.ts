import type { HostArray } from "../host-array.js";
import { asImage, type ImageArray, type ImageSize, newImage, optionError, roundEven, sizeOfImage } from "./image.js";

/** A part of an image, in pixels from the top left corner. */
export interface CropBox {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
}

/**
 * A part of an image; what lies outside is 0 (torchvision's `functional.crop`).
 *
 * @throws DataError when the box has no whole pixels.
 *
 * @example
 * ```ts
 * import { crop } from "@nn/data";
 *
 * const image = { data: new Float32Array([1, 2, 3, 4]), shape: [1, 2, 2] };
 * Array.from(crop(image, { top: 1, left: 0, height: 1, width: 3 }).data); // => [3, 4, 0]
 * ```
 */
export function crop(image: HostArray, box: CropBox): ImageArray {
  const input = asImage("crop", image);
  const { top, left, height, width } = box;
  if (![top, left].every(Number.isInteger)) {
    throw optionError("crop", "a place is no integer", `${top}, ${left}`, "round it");
  }
  sizeOfImage("crop", [height, width]);
  return cut(input, box, 0);
}

/** The box of an image; `outside` where it reaches beyond. */
export function cut(image: ImageArray, { top, left, height, width }: CropBox, outside: number): ImageArray {
  const [c, h, w] = image.shape;
  const out = newImage(c, height, width);
  if (outside !== 0) out.data.fill(outside);
  const x0 = Math.max(0, -left);
  const x1 = Math.min(width, w - left);
  if (x1 <= x0) return out;
  for (let k = 0; k < c; k++) {
    for (let y = Math.max(0, -top); y < Math.min(height, h - top); y++) {
      const from = (k * h + top + y) * w + left;
      out.data.set(image.data.subarray(from + x0, from + x1), (k * height + y) * width + x0);
    }
  }
  return out;
}

/**
 * The middle of an image (torchvision's CenterCrop), with a border of 0 where the image is smaller.
 *
 * @example
 * ```ts
 * import { centerCrop } from "@nn/data";
 *
 * const image = { data: new Float32Array([1, 2, 3]), shape: [1, 1, 3] };
 * Array.from(centerCrop(image, 1).data); // => [2]
 * ```
 */
export function centerCrop(image: HostArray, size: ImageSize): ImageArray {
  const input = asImage("centerCrop", image);
  const [height, width] = sizeOfImage("centerCrop", size);
  return cut(input, { top: start(input.shape[1], height), left: start(input.shape[2], width), height, width }, 0);
}

// torchvision pads by the smaller half before the image, and rounds the place of a cut as Python does.
function start(length: number, wanted: number): number {
  return wanted > length ? -Math.floor((wanted - length) / 2) : roundEven((length - wanted) / 2);
}
