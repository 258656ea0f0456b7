import { isTensor, type Tensor } from "@nn/tensor";

/**
 * Where batches come from: a `DataLoader`, an array of batches, a generator function's object with
 * `[Symbol.asyncIterator]`, … Each iteration is one epoch.
 *
 * A source with `state` and `restore` goes on where a checkpoint was taken. Of one without, a resumed run skips the
 * batches that were already used, so it must give the same batches in every epoch.
 */
export type BatchSource<B> = (AsyncIterable<B> | Iterable<B>) & {
  /** Batches of one epoch, where known: for progress and times. */
  readonly length?: number;
  /** Where the source stands, between two batches. */
  state?(): unknown;
  /** Sets it there: the next iteration gives the batches of the epoch that are left. */
  restore?(state: unknown): void;
};

/**
 * Number of samples in a batch: the first dimension of the first tensor found in it (through arrays and objects).
 *
 * @example
 * ```ts
 * import { samplesIn } from "@nn/train";
 * import { zeros } from "@nn/tensor";
 *
 * samplesIn({ x: zeros([32, 1, 28, 28]), y: zeros([32], { dtype: "i32" }) }); // => 32
 * ```
 */
export function samplesIn(batch: unknown): number {
  return firstTensor(batch)?.shape[0] ?? 1;
}

function firstTensor(value: unknown): Tensor | undefined {
  if (isTensor(value)) return value;
  if (typeof value !== "object" || value === null) return undefined;
  for (const item of value instanceof Map ? value.values() : Object.values(value)) {
    const found = firstTensor(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
