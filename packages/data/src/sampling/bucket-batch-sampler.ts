import { type BatchSamplerOptions, batchCount, cutBatches } from "./batch-sampler.js";
import { checkCount } from "./checks.js";
import type { BatchSampler } from "./sampler.js";

/** How sequences are brought together. */
export interface BucketBatchSamplerOptions extends BatchSamplerOptions {
  /**
   * Batches that are filled from one stretch of a random order, sorted by length. More: less padding, but less chance.
   * Default 100, as in torchtext.
   */
  readonly poolSize?: number;
}

/**
 * Batches of sequences of about one length, so that little is padding: a random order is cut into pools, each pool is
 * sorted by length and cut into batches, and the batches come in a random order (torchtext's BucketIterator).
 *
 * @param lengths the length of each sequence
 * @throws DataError when a count makes no sense.
 *
 * @example
 * ```ts
 * import { bucketBatchSampler } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const lengths = [1, 9, 2, 8, 1, 9];
 * const batches = bucketBatchSampler(lengths, { batchSize: 2 }).batches(new Generator(0));
 * batches.every(([a, b]) => Math.abs(lengths[a] - lengths[b]) <= 6); // => true
 * batches.length; // => 3
 * ```
 */
export function bucketBatchSampler(lengths: ArrayLike<number>, options: BucketBatchSamplerOptions): BatchSampler {
  const { poolSize = 100, batchSize, dropLast = false } = options;
  checkCount("bucketBatchSampler", "batchSize", batchSize);
  checkCount("bucketBatchSampler", "poolSize", poolSize);
  return {
    length: batchCount(lengths.length, options),
    batches(generator) {
      const order = generator.shuffled(lengths.length);
      // With dropLast some sequences stay out of this epoch: any, not the longest.
      const used = dropLast ? order.subarray(0, order.length - (order.length % batchSize)) : order;
      const batches = cutBatches(used, { batchSize: batchSize * poolSize }).flatMap((pool) => {
        const sorted = pool.slice().sort((a, b) => lengths[a]! - lengths[b]!);
        return cutBatches(sorted, { batchSize });
      });
      return Array.from(generator.shuffled(batches.length), (at) => batches[at]!);
    },
  };
}
