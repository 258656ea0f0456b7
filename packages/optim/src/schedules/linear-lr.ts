import { checkCounts, checkRates } from "./check-schedule.js";
import type { Schedule } from "./schedule.js";

/** Options of `linearLR`. */
export interface LinearLROptions {
  /** Factor of the first step. Default 1/3. */
  readonly startFactor?: number;
  /** Factor from step `totalIters` on. Default 1. */
  readonly endFactor?: number;
  /** Steps from one to the other. Default 5. */
  readonly totalIters?: number;
}

/**
 * A factor that goes in a straight line from `startFactor` to `endFactor` and stays there (torch's LinearLR).
 *
 * @example
 * ```ts
 * import { linearLR } from "@nn/optim";
 *
 * const schedule = linearLR({ startFactor: 0.5, totalIters: 2 });
 * [0, 1, 2, 3].map((step) => schedule.lrAt(step, 1)); // => [0.5, 0.75, 1, 1]
 * ```
 */
export function linearLR(options: LinearLROptions = {}): Schedule {
  const { startFactor = 1 / 3, endFactor = 1, totalIters = 5 } = options;
  checkRates("linearLR", { startFactor, endFactor });
  checkCounts("linearLR", { totalIters });
  const factor = (step: number) => startFactor + (endFactor - startFactor) * (Math.min(step, totalIters) / totalIters);
  return { name: "linearLR", lrAt: (step, baseLr) => baseLr * factor(step) };
}

/**
 * Linear warm-up: the learning rate grows in a straight line over the first `steps` steps and stays. The start is
 * `startFactor` (default: one part of `steps`, so that no step is lost with a rate of 0).
 *
 * @example
 * ```ts
 * import { linearWarmup } from "@nn/optim";
 *
 * const schedule = linearWarmup({ steps: 4 });
 * [0, 1, 2, 3, 4].map((step) => schedule.lrAt(step, 1)); // => [0.25, 0.5, 0.75, 1, 1]
 * ```
 */
export function linearWarmup(options: { readonly steps: number; readonly startFactor?: number }): Schedule {
  const { steps, startFactor = 1 / steps } = options;
  checkCounts("linearWarmup", { steps });
  checkRates("linearWarmup", { startFactor });
  if (steps === 1)
    return { name: "linearWarmup", lrAt: (step, baseLr) => (step === 0 ? baseLr * startFactor : baseLr) };
  const { lrAt } = linearLR({ startFactor, totalIters: steps - 1 });
  return { name: "linearWarmup", lrAt };
}
