import type { Environment } from "@nn-tooling/app-kit";
import type { HorizonScores } from "./measure.js";
import type { Settings } from "./settings.js";

/** What `--json` writes: settings and results of a run. */
export interface Metrics extends Settings {
  /**
   * MASE of the net by that of the better seasonal naive forecast, the mean of 1, 7 and 28 days ahead: 1 is no better,
   * 0.75 a quarter better.
   */
  readonly mase: number;
  /** The largest of the three. */
  readonly worstMase: number;
  /** 1, 7 and 28 days ahead. */
  readonly horizons: readonly HorizonScores[];
  /** 1 to 28 days ahead. */
  readonly ahead: readonly HorizonScores[];
  /** Part of the days inside the intervals of 90 %, over all distances. */
  readonly coverage: number;
  /** Training time. */
  readonly seconds: number;
  readonly parameters: number;
  readonly trainWindows: number;
  /** Mean pinball loss of each epoch, while the weights were changing. */
  readonly losses: readonly number[];
  readonly environment: Environment;
}
