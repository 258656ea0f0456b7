import { Generator } from "@nn/tensor";
import type { HostArray } from "./host-array.js";

/**
 * Samples by index. Any object with these two fits; `gather` is there for those who can copy many samples at once.
 *
 * @example
 * ```ts
 * import { DataLoader, type Dataset } from "@nn/data";
 *
 * const squares: Dataset<{ x: number; y: number }> = { length: 4, get: (i) => ({ x: i, y: i * i }) };
 * for (const { y } of new DataLoader(squares, { batchSize: 4 })) await y.array(); // => [0, 1, 4, 9]
 * ```
 */
export interface Dataset<T> {
  /** Number of samples. */
  readonly length: number;
  /**
   * The sample at `0 … length - 1`. A promise (of a file, say) needs `for await` over the loader, which says with the
   * context which epoch it is and what random numbers the sample may draw.
   */
  get(index: number, context?: SampleContext): T | Promise<T>;
  /** The batch of these samples, as the loader's collate would make it of `get`. */
  gather?(indices: Int32Array): BatchOf<T>;
}

/** A batch before it becomes tensors: the fields of the samples, each stacked. */
export type BatchOf<T> = { [K in keyof T]: HostArray };

/** What a sample is asked for, so that an augmentation is another one in every epoch and the same after a resume. */
export interface SampleContext {
  readonly epoch: number;
  /** A stream of this sample in this epoch alone. */
  readonly generator: Generator;
}

/** A context whose stream is made when it is first asked for. */
export function sampleContext(source: Generator, epoch: number, index: number): SampleContext {
  let generator: Generator | undefined;
  return {
    epoch,
    get generator() {
      generator ??= source.split(`sample ${epoch}`).split(index);
      return generator;
    },
  };
}

/** The context of samples that no loader asks for. */
export function contextAlone(index: number): SampleContext {
  return sampleContext(new Generator(0), 0, index);
}
