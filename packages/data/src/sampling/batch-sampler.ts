import type { Generator } from "@nn/tensor";
import { checkCount } from "./checks.js";
import type { BatchSampler, Sampler } from "./sampler.js";

/** How an order is cut into batches. */
export interface BatchSamplerOptions {
  /** Samples in a batch. */
  readonly batchSize: number;
  /** Leaves out a last batch that is not full. Default false. */
  readonly dropLast?: boolean;
}

/**
 * Cuts what a sampler gives into batches (torch.utils.data.BatchSampler), what a loader does by itself.
 *
 * @throws DataError when the batch size is no count.
 *
 * @example
 * ```ts
 * import { batchSampler, sequentialSampler } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const sampler = batchSampler(sequentialSampler(5), { batchSize: 2 });
 * sampler.batches(new Generator(0)).map((batch) => batch.length); // => [2, 2, 1]
 * ```
 */
export function batchSampler(sampler: Sampler, options: BatchSamplerOptions): BatchSampler {
  checkCount("batchSampler", "batchSize", options.batchSize);
  return {
    length: batchCount(sampler.length, options),
    batches: (generator: Generator) => cutBatches(sampler.indices(generator), options),
  };
}

/** Batches that so many samples make. */
export function batchCount(samples: number, { batchSize, dropLast = false }: BatchSamplerOptions): number {
  return dropLast ? Math.floor(samples / batchSize) : Math.ceil(samples / batchSize);
}

/** Stretches of an order. */
export function cutBatches(order: Int32Array, options: BatchSamplerOptions): Int32Array[] {
  const { batchSize } = options;
  return Array.from({ length: batchCount(order.length, options) }, (_, i) =>
    order.subarray(i * batchSize, (i + 1) * batchSize),
  );
}
