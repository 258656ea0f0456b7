import type { Generator } from "@nn/tensor";
import { uniforms } from "../random.js";
import { checkCount, optionError } from "./checks.js";
import type { Sampler } from "./sampler.js";

/** How many indices are drawn, and whether an index may come twice. */
export interface WeightedRandomSamplerOptions {
  /** Indices in an epoch. Default: the number of weights. */
  readonly numSamples?: number;
  /** Default true. */
  readonly replacement?: boolean;
}

/**
 * Draws indices with probabilities in proportion to the weights (torch.utils.data.WeightedRandomSampler): rare classes
 * come as often as others when each sample weighs one over the count of its class. Without replacement, each draw is
 * among those that are left (Efraimidis and Spirakis 2006: the largest of `log(u) / weight`).
 *
 * @throws DataError when a weight is negative, or too few are positive.
 *
 * @example
 * ```ts
 * import { weightedRandomSampler } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const drawn = weightedRandomSampler([1, 0, 3], { numSamples: 1000 }).indices(new Generator(0));
 * drawn.includes(1); // => false
 * drawn.filter((index) => index === 2).length > 700; // => true
 * ```
 */
export function weightedRandomSampler(weights: ArrayLike<number>, options: WeightedRandomSamplerOptions = {}): Sampler {
  const { numSamples = weights.length, replacement = true } = options;
  checkCount("weightedRandomSampler", "numSamples", numSamples);
  const list = Float64Array.from(weights);
  const positive = checkWeights(list);
  if (!replacement && positive < numSamples) {
    throw optionError(
      "weightedRandomSampler",
      "too few weights are positive",
      [["expected", `${numSamples} for draws without replacement`, `got ${positive}`]],
      "pass a smaller numSamples, or { replacement: true }",
    );
  }
  const draw = replacement ? withReplacement : withoutReplacement;
  return { length: numSamples, indices: (generator) => draw(list, numSamples, generator) };
}

function checkWeights(weights: Float64Array): number {
  let positive = 0;
  for (const [i, weight] of weights.entries()) {
    if (weight > 0 && weight < Infinity) positive++;
    else if (weight !== 0) {
      throw optionError(
        "weightedRandomSampler",
        "a weight is no finite number from 0 on",
        [["got", `weights[${i}] = ${weight}`]],
        "pass one weight a sample, 0 for those that shall not come",
      );
    }
  }
  if (positive > 0) return positive;
  throw optionError(
    "weightedRandomSampler",
    "no weight is positive",
    [["got", `${weights.length} weights`]],
    "pass a positive weight for each sample that shall come",
  );
}

function withReplacement(weights: Float64Array, count: number, generator: Generator): Int32Array {
  let total = 0;
  const sums = weights.map((weight) => (total += weight));
  return Int32Array.from(uniforms(generator, count), (u) => firstAbove(sums, u * total));
}

/** The first index whose running sum is above the value: never one of weight 0. */
function firstAbove(sums: Float64Array, value: number): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function withoutReplacement(weights: Float64Array, count: number, generator: Generator): Int32Array {
  // Half a step off zero: the logarithm must stay finite.
  const keys = uniforms(generator, weights.length).map((u, i) =>
    weights[i] === 0 ? -Infinity : Math.log(u + 2 ** -33) / weights[i]!,
  );
  return Int32Array.from(weights.keys())
    .sort((a, b) => keys[b]! - keys[a]! || a - b)
    .slice(0, count);
}
