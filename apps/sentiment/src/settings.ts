import type { BackendName } from "@nn-tooling/app-kit";

/** What decides the results of a run: the same settings give the same weights, bit for bit. */
export interface Settings {
  /** How often the training sentences are gone through at most. */
  readonly epochs: number;
  readonly batchSize: number;
  readonly lr: number;
  readonly weightDecay: number;
  readonly embeddingSize: number;
  readonly hiddenSize: number;
  /** Part of the numbers that is dropped out of embeddings and outputs. */
  readonly dropout: number;
  /** Part of the words that is made unknown while training. */
  readonly wordDropout: number;
  /** Nets whose answers are averaged, each stopped by another tenth of the training sentences. */
  readonly members: number;
  readonly folds: number;
  readonly seed: number;
  readonly backend: BackendName;
  /** Sentences that are used, spread evenly over the files; undefined for all. */
  readonly sentences: number | undefined;
}

/** See the README for how they were chosen. */
export const defaults: Settings = {
  epochs: 20,
  batchSize: 32,
  lr: 0.002,
  weightDecay: 0.01,
  embeddingSize: 32,
  hiddenSize: 16,
  dropout: 0.5,
  wordDropout: 0.3,
  members: 8,
  folds: 5,
  seed: 1,
  backend: "wasm",
  sentences: undefined,
};
