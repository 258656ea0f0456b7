import type { Generator } from "@nn/tensor";
import type { HostArray } from "../host-array.js";
import { integer, normals, uniform } from "../random.js";
import { happens, type ProbabilityOptions } from "./flip.js";
import { asImage, checkRange, type ImageArray, optionError, roundEven } from "./image.js";

/** What is erased. */
export interface RandomErasingOptions extends ProbabilityOptions {
  /** The rectangle's area as a fraction of the image. Default [0.02, 0.33]. */
  readonly scale?: readonly [low: number, high: number];
  /** Height over width of the rectangle. Default [0.3, 3.3]. */
  readonly ratio?: readonly [low: number, high: number];
  /** What is put there: a number, one for each channel, or normal noise. Default 0. */
  readonly value?: number | readonly number[] | "random";
}

/**
 * Erases a random rectangle (Zhong et al. 2017; torchvision's RandomErasing). It belongs after `normalize`, where 0 is
 * the mean.
 *
 * @throws DataError when a range makes no sense, or the values do not match the channels.
 *
 * @example
 * ```ts
 * import { randomErasing } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array(100).fill(1), shape: [1, 10, 10] };
 * const erased = randomErasing(image, { p: 1 }, new Generator(0));
 * erased.data.includes(0); // => true
 * ```
 */
export function randomErasing(image: HostArray, options: RandomErasingOptions, generator: Generator): ImageArray {
  const where = "randomErasing";
  const input = asImage(where, image);
  const { value = 0 } = options;
  const scale = checkRange(where, "scale", options.scale ?? [0.02, 0.33], 0);
  const ratio = checkRange(where, "ratio", options.ratio ?? [0.3, 3.3], Number.MIN_VALUE);
  const [c, h, w] = input.shape;
  if (typeof value === "object" && value.length !== c) {
    throw optionError(
      where,
      `there are ${c} channels`,
      `${value.length} values`,
      "pass one for each channel, or a number",
    );
  }
  if (!happens(where, options, generator)) return input;
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = h * w * uniform(generator, ...scale);
    const aspect = Math.exp(uniform(generator, Math.log(ratio[0]), Math.log(ratio[1])));
    const height = roundEven(Math.sqrt(area * aspect));
    const width = roundEven(Math.sqrt(area / aspect));
    if (height >= h || width >= w) continue;
    const top = integer(generator, 0, h - height + 1);
    const left = integer(generator, 0, w - width + 1);
    const noise = value === "random" ? normals(generator, c * height * width) : undefined;
    const data = input.data.slice();
    for (let k = 0, at = 0; k < c; k++) {
      const constant = typeof value === "number" ? value : typeof value === "object" ? value[k]! : 0;
      for (let y = top; y < top + height; y++) {
        for (let x = left; x < left + width; x++) data[(k * h + y) * w + x] = noise?.[at++] ?? constant;
      }
    }
    return { ...input, data };
  }
  return input;
}
