import type { HostArray } from "../host-array.js";
import { cut } from "./crop.js";
import { asImage, type ImageArray, newImage, optionError } from "./image.js";

/** What stands in the border. */
export type ImagePaddingMode = "constant" | "edge" | "reflect" | "symmetric";

/** Border widths: all four sides, `[left and right, top and bottom]`, or `[left, top, right, bottom]` as torchvision. */
export type ImagePadding =
  | number
  | readonly [x: number, y: number]
  | readonly [l: number, t: number, r: number, b: number];

/** How a border is made. */
export interface PadImageOptions {
  /** Value of a constant border. Default 0. */
  readonly fill?: number;
  /** Default "constant". "reflect" does not repeat the edge, "symmetric" does. */
  readonly paddingMode?: ImagePaddingMode;
}

/**
 * An image with a border (torchvision's Pad).
 *
 * @throws DataError when a width is no count, or a reflection reaches beyond the image.
 *
 * @example
 * ```ts
 * import { padImage } from "@nn/data";
 *
 * const image = { data: new Float32Array([1, 2, 3]), shape: [1, 1, 3] };
 * Array.from(padImage(image, [2, 0], { paddingMode: "reflect" }).data); // => [3, 2, 1, 2, 3, 2, 1]
 * ```
 */
export function padImage(image: HostArray, padding: ImagePadding, options: PadImageOptions = {}): ImageArray {
  const input = asImage("padImage", image);
  const { fill = 0, paddingMode = "constant" } = options;
  const [left, top, right, bottom] = sides(padding);
  const [c, h, w] = input.shape;
  const box = { top: -top, left: -left, height: h + top + bottom, width: w + left + right };
  if (paddingMode === "constant") return cut(input, box, fill);
  const out = newImage(c, box.height, box.width);
  const xs = Array.from({ length: box.width }, (_, x) => inside(x - left, w, paddingMode));
  for (let k = 0, at = 0; k < c; k++) {
    for (let y = 0; y < box.height; y++) {
      const from = (k * h + inside(y - top, h, paddingMode)) * w;
      for (const x of xs) out.data[at++] = input.data[from + x]!;
    }
  }
  return out;
}

function sides(padding: ImagePadding): readonly [number, number, number, number] {
  const list = typeof padding === "number" ? [padding] : [...padding];
  if ([1, 2, 4].includes(list.length) && list.every((value) => Number.isInteger(value) && value >= 0)) {
    const [left, top = left, right = left, bottom = top] = list as [number, number?, number?, number?];
    return [left, top, right, bottom];
  }
  const fix = "pass a number of pixels, [x, y], or [left, top, right, bottom]";
  throw optionError("padImage", "the padding is no border", String(padding), fix);
}

/** The pixel of the image that stands at a place of the border. */
function inside(place: number, length: number, mode: ImagePaddingMode): number {
  if (place >= 0 && place < length) return place;
  if (mode === "edge") return place < 0 ? 0 : length - 1;
  const again = mode === "symmetric" ? 1 : 0;
  const mirrored = place < 0 ? -place - again : 2 * (length - 1) - place + again;
  if (mirrored >= 0 && mirrored < length) return mirrored;
  const fix = `pad by ${length - 1 + again} at most here, or in several steps`;
  throw optionError("padImage", `"${mode}" reaches beyond the image`, `${length} pixels`, fix);
}
