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
  /** The sample at `0 … length - 1`. A promise (of a file, say) needs `for await` over the loader. */
  get(index: number): T | Promise<T>;
  /** The batch of these samples, as the loader's collate would make it of `get`. */
  gather?(indices: Int32Array): BatchOf<T>;
}

/** A batch before it becomes tensors: the fields of the samples, each stacked. */
export type BatchOf<T> = { [K in keyof T]: HostArray };
