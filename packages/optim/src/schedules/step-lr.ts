import { checkCounts, checkRates } from "./check-schedule.js";
import type { Schedule } from "./schedule.js";

/** Options of `stepLR`. */
export interface StepLROptions {
  /** Steps between two drops. */
  readonly stepSize: number;
  /** Factor of a drop. Default 0.1. */
  readonly gamma?: number;
}

/**
 * Multiplies the learning rate by `gamma` every `stepSize` steps (torch's StepLR).
 *
 * @example
 * ```ts
 * import { stepLR } from "@nn/optim";
 *
 * const schedule = stepLR({ stepSize: 2, gamma: 0.5 });
 * [0, 1, 2, 3, 4].map((step) => schedule.lrAt(step, 1)); // => [1, 1, 0.5, 0.5, 0.25]
 * ```
 */
export function stepLR({ stepSize, gamma = 0.1 }: StepLROptions): Schedule {
  checkCounts("stepLR", { stepSize });
  checkRates("stepLR", { gamma });
  return { name: "stepLR", lrAt: (step, baseLr) => baseLr * gamma ** Math.floor(step / stepSize) };
}
