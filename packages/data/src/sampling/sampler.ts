import type { Generator } from "@nn/tensor";

/**
 * In which order samples are taken (torch.utils.data.Sampler). It keeps nothing between two epochs: the loader gives
 * it a stream of the epoch, so that a resumed loader gets the same order.
 */
export interface Sampler {
  /** Indices in an epoch. */
  readonly length: number;
  /** The indices of one epoch. */
  indices(generator: Generator): Int32Array;
}

/** Which samples make a batch, for batches that are more than a stretch of an order. */
export interface BatchSampler {
  /** Batches in an epoch. */
  readonly length: number;
  /** The batches of one epoch, each with the indices of its samples. */
  batches(generator: Generator): readonly Int32Array[];
}
