import type { BackendName } from "@nn-tooling/app-kit";

/** What decides the weights that a run ends with: the same settings give the same weights, bit for bit. */
export interface Settings {
  /** How often the training digits are gone through. */
  readonly epochs: number;
  /** Digits per optimizer step. */
  readonly batchSize: number;
  /** The highest learning rate of the schedule. */
  readonly lr: number;
  /** Decides the initial weights, the order of the digits and how they are distorted. */
  readonly seed: number;
  /** Where the tensors live and the kernels run. */
  readonly backend: BackendName;
  /** How many of the 10,000 digits are used, spread evenly over the classes. */
  readonly digits: number;
  /** Whether the 2,000 digits held back stay untouched, and a quarter of the others is measured on instead. */
  readonly tune: boolean;
}

/** Chosen on a validation part of the training digits; see the README. */
export const defaults: Settings = {
  epochs: 8,
  batchSize: 32,
  lr: 0.006,
  seed: 1,
  backend: "wasm",
  digits: 10_000,
  tune: false,
};

/** The flag of each setting, for messages. */
export const flags: Readonly<Record<keyof Settings, string>> = {
  epochs: "--epochs",
  batchSize: "--batch-size",
  lr: "--lr",
  seed: "--seed",
  backend: "--backend",
  digits: "--digits",
  tune: "--tune",
};
