import { contextAlone, type Dataset, type SampleContext } from "./dataset.js";

/**
 * A dataset whose samples go through a function when they are asked for: decoding, cutting, choosing fields, and
 * augmentation with the numbers of `context.generator`, which differ from epoch to epoch and from sample to sample.
 *
 * @example
 * ```ts
 * import { mapDataset, TensorDataset } from "@nn/data";
 *
 * const numbers = new TensorDataset({ x: new Float32Array([1, 2, 3]) });
 * const doubled = mapDataset(numbers, ({ x }) => ({ x: x.data[0] * 2 }));
 * (await doubled.get(2)).x; // => 6
 * ```
 */
export function mapDataset<T, U>(
  dataset: Dataset<T>,
  fn: (sample: T, index: number, context: SampleContext) => U | Promise<U>,
): Dataset<U> {
  return {
    length: dataset.length,
    get(index, context = contextAlone(index)) {
      const sample = dataset.get(index, context);
      return sample instanceof Promise ? sample.then((value) => fn(value, index, context)) : fn(sample, index, context);
    },
  };
}
