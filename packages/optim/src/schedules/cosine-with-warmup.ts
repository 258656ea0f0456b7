import { checkCounts, checkRates } from "./check-schedule.js";
import { cosine } from "./cosine-annealing-lr.js";
import type { Schedule } from "./schedule.js";

/** Options of `cosineWithWarmup`. */
export interface CosineWithWarmupOptions {
  /** Steps of the whole training, the warm-up included. */
  readonly totalSteps: number;
  /** Steps in which the rate grows from 0 in a straight line. Default 0. */
  readonly warmupSteps?: number;
  /** Falling half cosines after the warm-up, each with a jump back up. Default 1. */
  readonly cycles?: number;
  /** The lowest rate. Default 0. */
  readonly etaMin?: number;
}

/**
 * Linear warm-up, then a cosine down to `etaMin`, with hard restarts where there are several `cycles`; beyond
 * `totalSteps` it stays there. The usual course of transformers.
 *
 * @example
 * ```ts
 * import { cosineWithWarmup } from "@nn/optim";
 *
 * const schedule = cosineWithWarmup({ totalSteps: 10, warmupSteps: 2, cycles: 2 });
 * [0, 1, 2, 4, 6, 8, 10].map((step) => schedule.lrAt(step, 1).toFixed(1)); // => ["0.0", "0.5", "1.0", "0.5", "1.0", "0.5", "0.0"]
 * ```
 */
export function cosineWithWarmup(options: CosineWithWarmupOptions): Schedule {
  const { totalSteps, warmupSteps = 0, cycles = 1, etaMin = 0 } = options;
  checkCounts("cosineWithWarmup", { totalSteps, cycles });
  checkRates("cosineWithWarmup", { warmupSteps, etaMin });
  checkRates("cosineWithWarmup", { "totalSteps - warmupSteps": totalSteps - warmupSteps });
  return {
    name: "cosineWithWarmup",
    lrAt(step, baseLr) {
      if (step < warmupSteps) return (baseLr * step) / warmupSteps;
      if (step >= totalSteps) return etaMin;
      return cosine(baseLr, etaMin, ((cycles * (step - warmupSteps)) / (totalSteps - warmupSteps)) % 1);
    },
  };
}
