import type { Environment } from "@nn-tooling/app-kit";
import type { Settings } from "./settings.js";

/** What `--json` writes: settings and results of a run. */
export interface Metrics extends Settings {
  /** Part of the digits held back that was read rightly. */
  readonly accuracy: number;
  /** Mean cross-entropy of the digits held back. */
  readonly loss: number;
  readonly errors: number;
  /** Digits that were trained on, and digits that were measured. */
  readonly trainDigits: number;
  readonly heldBackDigits: number;
  /** Time of the training, of all parts of a run that was stopped and resumed. */
  readonly seconds: number;
  /** Digits a second in training steps. */
  readonly samplesPerSecond: number;
  /** Optimizer steps. */
  readonly steps: number;
  readonly parameters: number;
  /** Row: the digit; column: what it was read as. */
  readonly confusion: readonly (readonly number[])[];
  readonly history: readonly HistoryEntry[];
  /** SHA-256 of the file of weights. */
  readonly weightsSha256: string;
  readonly environment: Environment;
}

/** One epoch. The training scores are those of distorted digits, while the weights were changing. */
export interface HistoryEntry {
  readonly epoch: number;
  readonly lr: number;
  readonly trainLoss: number;
  readonly trainAccuracy: number;
  readonly heldBackLoss: number;
  readonly heldBackAccuracy: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
}
