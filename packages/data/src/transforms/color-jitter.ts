import type { Generator } from "@nn/tensor";
import type { HostArray } from "../host-array.js";
import { uniform } from "../random.js";
import { adjustBrightness, adjustContrast, adjustHue, adjustSaturation, grayscale } from "./color.js";
import { happens, type ProbabilityOptions } from "./flip.js";
import { asImage, checkRange, type ImageArray, optionError } from "./image.js";

/** A factor from `[low, high]`; a number d stands for `[max(0, 1 - d), 1 + d]`. */
export type Jitter = number | readonly [low: number, high: number];

/** How far colors may go. What is left out stays. */
export interface ColorJitterOptions {
  readonly brightness?: Jitter;
  readonly contrast?: Jitter;
  readonly saturation?: Jitter;
  /** A part of a turn from `[low, high]` within -0.5 … 0.5; a number d stands for `[-d, d]`. */
  readonly hue?: Jitter;
}

/**
 * Changes brightness, contrast, saturation and hue at random, in a random order (torchvision's ColorJitter). Values are
 * 0 … 1.
 *
 * @throws DataError when a range makes no sense.
 *
 * @example
 * ```ts
 * import { colorJitter } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array(3 * 16).fill(0.5), shape: [3, 4, 4] };
 * colorJitter(image, { brightness: 0.4, hue: 0.1 }, new Generator(0)).shape; // => [3, 4, 4]
 * ```
 */
export function colorJitter(image: HostArray, options: ColorJitterOptions, generator: Generator): ImageArray {
  const steps = [
    [adjustBrightness, factors("brightness", options.brightness)],
    [adjustContrast, factors("contrast", options.contrast)],
    [adjustSaturation, factors("saturation", options.saturation)],
    [adjustHue, hueShifts(options.hue)],
  ] as const;
  let out = asImage("colorJitter", image);
  for (const at of generator.shuffled(steps.length)) {
    const [adjust, range] = steps[at]!;
    if (range !== undefined) out = adjust(out, uniform(generator, ...range));
  }
  return out;
}

function factors(name: string, jitter: Jitter | undefined): readonly [number, number] | undefined {
  if (jitter === undefined) return undefined;
  if (typeof jitter !== "number") return checkRange("colorJitter", name, jitter, 0);
  return checkRange("colorJitter", name, [Math.max(0, 1 - jitter), 1 + jitter], 0);
}

function hueShifts(jitter: Jitter | undefined): readonly [number, number] | undefined {
  if (jitter === undefined) return undefined;
  const [low, high] = typeof jitter === "number" ? [-jitter, jitter] : jitter;
  if (low >= -0.5 && high >= low && high <= 0.5) return [low, high];
  throw optionError("colorJitter", "hue is no range within -0.5 … 0.5", `[${low}, ${high}]`, "pass { hue: 0.1 }, say");
}

/**
 * `grayscale` with a probability (torchvision's RandomGrayscale); the number of channels stays.
 *
 * @throws DataError when the probability is none.
 *
 * @example
 * ```ts
 * import { randomGrayscale } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const image = { data: new Float32Array(3 * 4), shape: [3, 2, 2] };
 * randomGrayscale(image, { p: 0.1 }, new Generator(0)).shape; // => [3, 2, 2]
 * ```
 */
export function randomGrayscale(image: HostArray, options: ProbabilityOptions, generator: Generator): ImageArray {
  const input = asImage("randomGrayscale", image);
  if (!happens("randomGrayscale", { p: options.p ?? 0.1 }, generator) || input.shape[0] === 1) return input;
  return grayscale(input, { numOutputChannels: 3 });
}
