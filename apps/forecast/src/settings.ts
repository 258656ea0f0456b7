import type { BackendName } from "@nn-tooling/app-kit";

/** What decides the results of a run: the same settings give the same weights, bit for bit. */
export interface Settings {
  /** How often the windows of the training years are gone through. */
  readonly epochs: number;
  readonly batchSize: number;
  /** The highest learning rate of the schedule. */
  readonly lr: number;
  readonly weightDecay: number;
  readonly hiddenSize: number;
  readonly seed: number;
  readonly backend: BackendName;
  /** The year held back. The year before fits the intervals; training sees what is older. */
  readonly year: number;
  /** Years to train on, the latest; undefined for all. */
  readonly years: number | undefined;
}

/** Chosen on the years 1986 and 1987; see the README. */
export const defaults: Settings = {
  epochs: 12,
  batchSize: 64,
  lr: 0.004,
  weightDecay: 0.01,
  hiddenSize: 48,
  seed: 1,
  backend: "wasm",
  year: 1988,
  years: undefined,
};
