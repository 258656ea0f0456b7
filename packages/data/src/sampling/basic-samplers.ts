import { uniforms } from "../random.js";
import { checkCount } from "./checks.js";
import type { Sampler } from "./sampler.js";

/**
 * `0 … length - 1` in order (torch.utils.data.SequentialSampler), what a loader does by itself.
 *
 * @throws DataError when the length is no count.
 *
 * @example
 * ```ts
 * import { sequentialSampler } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * Array.from(sequentialSampler(3).indices(new Generator(0))); // => [0, 1, 2]
 * ```
 */
export function sequentialSampler(length: number): Sampler {
  checkCount("sequentialSampler", "length", length, 0);
  return { length, indices: () => Int32Array.from({ length }, (_, i) => i) };
}

/** How many indices are drawn, and whether an index may come twice. */
export interface RandomSamplerOptions {
  /** Each index is drawn from all. Default false: each comes once before any comes twice. */
  readonly replacement?: boolean;
  /** Indices in an epoch. Default: the length. */
  readonly numSamples?: number;
}

/**
 * A random order of `0 … length - 1` (torch.utils.data.RandomSampler). Without replacement and with more samples than
 * the length, whole random orders follow each other.
 *
 * @throws DataError when a count makes no sense.
 *
 * @example
 * ```ts
 * import { DataLoader, randomSampler, TensorDataset } from "@nn/data";
 *
 * const dataset = new TensorDataset({ x: new Float32Array(1000) });
 * const few = new DataLoader(dataset, { batchSize: 10, sampler: randomSampler(1000, { numSamples: 50 }), seed: 0 });
 * few.length; // => 5
 * ```
 */
export function randomSampler(length: number, options: RandomSamplerOptions = {}): Sampler {
  const { replacement = false, numSamples = length } = options;
  checkCount("randomSampler", "length", length);
  checkCount("randomSampler", "numSamples", numSamples);
  return {
    length: numSamples,
    indices(generator) {
      if (replacement) return Int32Array.from(uniforms(generator, numSamples), (u) => Math.floor(u * length));
      const out = new Int32Array(numSamples);
      for (let at = 0; at < numSamples; at += length) {
        out.set(generator.shuffled(length).subarray(0, numSamples - at), at);
      }
      return out;
    },
  };
}

/**
 * Some indices in a random order (torch.utils.data.SubsetRandomSampler).
 *
 * @example
 * ```ts
 * import { subsetRandomSampler } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const order = subsetRandomSampler([3, 5, 8]).indices(new Generator(0));
 * Array.from(order).sort(); // => [3, 5, 8]
 * ```
 */
export function subsetRandomSampler(indices: ArrayLike<number>): Sampler {
  const chosen = Int32Array.from(indices);
  return {
    length: chosen.length,
    indices: (generator) => generator.shuffled(chosen.length).map((at) => chosen[at]!),
  };
}
