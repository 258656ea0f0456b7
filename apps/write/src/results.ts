import type { Environment } from "@nn-tooling/app-kit";
import type { Settings } from "./settings.js";

/** What `--json` writes: settings and results of a run. */
export interface Results extends Settings {
  /** Mean bits a character of the part that was held back. */
  readonly bitsPerCharacter: number;
  /** Mean bits a character of the validation part, at the end. */
  readonly validationBitsPerCharacter: number;
  /** An interpolated n-gram model on the same text. */
  readonly baseline: Baseline;
  /** n-grams of other lengths. */
  readonly otherOrders: readonly Baseline[];
  /** Time of the training, of all parts of a run that was stopped and resumed. */
  readonly seconds: number;
  /** Time of the processors in the part of the training that this program did, of all threads. */
  readonly processorSeconds: number;
  /** "completed", "time" where the time was up, "interrupted". */
  readonly stopped: "completed" | "time" | "interrupted";
  readonly parameters: number;
  /** Optimizer steps. */
  readonly optimizerSteps: number;
  /** Characters that were learned from, counted each time. */
  readonly charactersRead: number;
  readonly alphabet: number;
  readonly trainCharacters: number;
  readonly validationCharacters: number;
  readonly heldBackCharacters: number;
  readonly history: readonly HistoryEntry[];
  readonly samples: readonly Sample[];
  readonly environment: Environment;
}

export interface Baseline {
  /** Length of the longest n-gram. */
  readonly order: number;
  readonly bitsPerCharacter: number;
}

/** One epoch; the bits of the training part are those while the weights were changing. */
export interface HistoryEntry {
  readonly epoch: number;
  readonly trainBits: number;
  readonly validationBits: number;
  readonly lr: number;
  readonly seconds: number;
}

export interface Sample {
  readonly temperature: number;
  readonly text: string;
}
