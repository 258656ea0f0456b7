import type { Generator } from "@nn/tensor";
import type { HostArray } from "../host-array.js";
import { uniform } from "../random.js";
import { asImage, checkProbability, type ImageArray, newImage } from "./image.js";

/** How often something is done. */
export interface ProbabilityOptions {
  /** Default 0.5. */
  readonly p?: number;
}

/**
 * Left becomes right (torchvision's `functional.hflip`).
 *
 * @example
 * ```ts
 * import { horizontalFlip } from "@nn/data";
 *
 * Array.from(horizontalFlip({ data: new Float32Array([1, 2, 3]), shape: [1, 1, 3] }).data); // => [3, 2, 1]
 * ```
 */
export function horizontalFlip(image: HostArray): ImageArray {
  const input = asImage("horizontalFlip", image);
  const [c, h, w] = input.shape;
  const out = newImage(c, h, w);
  for (let row = 0; row < c * h; row++) {
    for (let x = 0; x < w; x++) out.data[row * w + x] = input.data[(row + 1) * w - 1 - x]!;
  }
  return out;
}

/**
 * Top becomes bottom (torchvision's `functional.vflip`).
 *
 * @example
 * ```ts
 * import { verticalFlip } from "@nn/data";
 *
 * Array.from(verticalFlip({ data: new Float32Array([1, 2, 3]), shape: [1, 3, 1] }).data); // => [3, 2, 1]
 * ```
 */
export function verticalFlip(image: HostArray): ImageArray {
  const input = asImage("verticalFlip", image);
  const [c, h, w] = input.shape;
  const out = newImage(c, h, w);
  for (let k = 0; k < c; k++) {
    for (let y = 0; y < h; y++) {
      const from = (k * h + y) * w;
      out.data.set(input.data.subarray(from, from + w), (k * h + h - 1 - y) * w);
    }
  }
  return out;
}

/**
 * `horizontalFlip` with a probability (torchvision's RandomHorizontalFlip).
 *
 * @throws DataError when the probability is none.
 *
 * @example
 * ```ts
 * import { randomHorizontalFlip } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array([1, 2]), shape: [1, 1, 2] };
 * Array.from(randomHorizontalFlip(image, { p: 1 }, new Generator(0)).data); // => [2, 1]
 * ```
 */
export function randomHorizontalFlip(image: HostArray, options: ProbabilityOptions, generator: Generator): ImageArray {
  return happens("randomHorizontalFlip", options, generator)
    ? horizontalFlip(image)
    : asImage("randomHorizontalFlip", image);
}

/**
 * `verticalFlip` with a probability (torchvision's RandomVerticalFlip).
 *
 * @throws DataError when the probability is none.
 *
 * @example
 * ```ts
 * import { randomVerticalFlip } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array([1, 2]), shape: [1, 2, 1] };
 * Array.from(randomVerticalFlip(image, { p: 0 }, new Generator(0)).data); // => [1, 2]
 * ```
 */
export function randomVerticalFlip(image: HostArray, options: ProbabilityOptions, generator: Generator): ImageArray {
  return happens("randomVerticalFlip", options, generator) ? verticalFlip(image) : asImage("randomVerticalFlip", image);
}

/** Whether it is done this time. */
export function happens(where: string, { p = 0.5 }: ProbabilityOptions, generator: Generator): boolean {
  checkProbability(where, p);
  return uniform(generator) < p;
}
