import type { Environment } from "@nn-tooling/app-kit";
import type { Settings } from "./settings.js";

/** What `--json` writes: settings and results of a run. */
export interface Metrics extends Settings {
  /** Part of the sentences that was judged rightly, each by nets that had not seen it. */
  readonly accuracy: number;
  /** The same of the better naive Bayes classifier, on the same folds. */
  readonly baseline: Scores;
  readonly baselines: readonly Scores[];
  /** Accuracy of the net above that of the better baseline. */
  readonly difference: number;
  /** Accuracy of each fold. */
  readonly byFold: readonly number[];
  /** Accuracy by where the sentences come from. */
  readonly bySource: Readonly<Record<string, number>>;
  /** Accuracy of the members alone, without averaging; their mean. */
  readonly memberAccuracy: number;
  /** Sentences that only the net judged rightly, and that only the better baseline did. */
  readonly onlyNet: number;
  readonly onlyBaseline: number;
  readonly sentencesUsed: number;
  /** Of one net of the first fold. */
  readonly parameters: number;
  /** Words that the same net knows. */
  readonly words: number;
  /** The whole cross-validation. */
  readonly seconds: number;
  readonly environment: Environment;
}

/** How good a baseline is. */
export interface Scores {
  readonly name: string;
  readonly accuracy: number;
  readonly byFold: readonly number[];
  readonly bySource: Readonly<Record<string, number>>;
}
