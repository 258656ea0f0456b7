import type { BackendName } from "@nn-tooling/app-kit";

/** What decides how a training goes. */
export interface Settings {
  /** How often the training part is gone through, if the time allows. */
  readonly epochs: number;
  /** Time limit of the training. */
  readonly minutes: number;
  /** Streams of text that are read at the same time. */
  readonly batchSize: number;
  /** Characters between two optimizer steps: as far as gradients flow back. */
  readonly steps: number;
  readonly embedding: number;
  /** Units of each of the two layers. */
  readonly hidden: number;
  readonly dropout: number;
  /** The highest learning rate of the schedule. */
  readonly lr: number;
  readonly seed: number;
  readonly backend: BackendName;
  /** How many characters of the novel are used, from its beginning. */
  readonly characters: number;
}

/** Chosen on the validation part; see the README. */
export const defaults: Settings = {
  epochs: 8,
  minutes: 10,
  batchSize: 16,
  steps: 32,
  embedding: 32,
  hidden: 192,
  dropout: 0.05,
  lr: 0.003,
  seed: 1,
  backend: "wasm",
  characters: 2_000_000,
};

/** The flag of each setting, for messages. */
export const flags: Readonly<Record<keyof Settings, string>> = {
  epochs: "--epochs",
  minutes: "--minutes",
  batchSize: "--batch-size",
  steps: "--steps",
  embedding: "--embedding",
  hidden: "--hidden",
  dropout: "--dropout",
  lr: "--lr",
  seed: "--seed",
  backend: "--backend",
  characters: "--characters",
};

/** Of the samples in the report: the lower, the likelier the characters. */
export const temperatures: readonly number[] = [0.4, 0.7, 1];
