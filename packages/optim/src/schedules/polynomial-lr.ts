import { checkCounts, checkRates } from "./check-schedule.js";
import type { Schedule } from "./schedule.js";

/** Options of `polynomialLR`. */
export interface PolynomialLROptions {
  /** Steps until 0. Default 5. */
  readonly totalIters?: number;
  /** Default 1: a straight line. */
  readonly power?: number;
}

/**
 * Falls to 0 as `(1 - step / totalIters) ** power` (torch's PolynomialLR).
 *
 * @example
 * ```ts
 * import { polynomialLR } from "@nn/optim";
 *
 * polynomialLR({ totalIters: 4, power: 2 }).lrAt(2, 1); // => 0.25
 * ```
 */
export function polynomialLR({ totalIters = 5, power = 1 }: PolynomialLROptions = {}): Schedule {
  checkCounts("polynomialLR", { totalIters });
  checkRates("polynomialLR", { power });
  return {
    name: "polynomialLR",
    lrAt: (step, baseLr) => baseLr * (1 - Math.min(step, totalIters) / totalIters) ** power,
  };
}
