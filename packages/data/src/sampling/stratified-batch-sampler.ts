import { uniforms } from "../random.js";
import { type BatchSamplerOptions, batchCount, cutBatches } from "./batch-sampler.js";
import { checkCount } from "./checks.js";
import { groupByLabel } from "./group-by-label.js";
import type { BatchSampler } from "./sampler.js";

/**
 * Batches in which every label has about the share that it has in the whole: each label's samples are spread evenly
 * over the epoch, in a new random order every time.
 *
 * @param labels the label of each sample
 * @throws DataError when the batch size is no count.
 *
 * @example
 * ```ts
 * import { stratifiedBatchSampler } from "@nn/data";
 * import { Generator } from "@nn/tensor";
 *
 * const labels = [0, 0, 0, 0, 0, 0, 1, 1, 1];
 * const batches = stratifiedBatchSampler(labels, { batchSize: 3 }).batches(new Generator(0));
 * batches.map((batch) => Array.from(batch).filter((i) => labels[i] === 1).length); // => [1, 1, 1]
 * ```
 */
export function stratifiedBatchSampler(labels: ArrayLike<number>, options: BatchSamplerOptions): BatchSampler {
  checkCount("stratifiedBatchSampler", "batchSize", options.batchSize);
  const { length } = labels;
  const groups = groupByLabel(labels);
  return {
    length: batchCount(length, options),
    batches(generator) {
      const place = new Float64Array(length);
      const tie = uniforms(generator, length);
      for (const group of groups) {
        const order = generator.shuffled(group.length);
        for (let i = 0; i < group.length; i++) place[group[order[i]!]!] = (i + 0.5) / group.length;
      }
      const order = Int32Array.from({ length }, (_, i) => i);
      order.sort((a, b) => place[a]! - place[b]! || tie[a]! - tie[b]!);
      return cutBatches(order, options);
    },
  };
}
