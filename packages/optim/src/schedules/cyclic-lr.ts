import { checkCounts, checkRates } from "./check-schedule.js";
import type { Schedule } from "./schedule.js";

/** Options of `cyclicLR`. */
export interface CyclicLROptions {
  /** The lowest rate. */
  readonly baseLr: number;
  /** The highest rate. */
  readonly maxLr: number;
  /** Steps up. Default 2000. */
  readonly stepSizeUp?: number;
  /** Steps down. Default: as up. */
  readonly stepSizeDown?: number;
  /** "triangular" keeps the height, "triangular2" halves it every cycle, "exp_range" shrinks it by `gamma` a step. */
  readonly mode?: "triangular" | "triangular2" | "exp_range";
  /** Of "exp_range". Default 1. */
  readonly gamma?: number;
  /** Whether the momentum falls while the rate rises. Default true. */
  readonly cycleMomentum?: boolean;
  /** Default 0.8. */
  readonly baseMomentum?: number;
  /** Default 0.9. */
  readonly maxMomentum?: number;
}

/**
 * Up and down in straight lines, again and again (torch's CyclicLR; Smith, "Cyclical Learning Rates", 2017). The base
 * rate of the optimizer plays no part.
 *
 * @example
 * ```ts
 * import { cyclicLR } from "@nn/optim";
 *
 * const schedule = cyclicLR({ baseLr: 1, maxLr: 3, stepSizeUp: 2 });
 * [0, 1, 2, 3, 4].map((step) => schedule.lrAt(step, 0)); // => [1, 2, 3, 2, 1]
 * ```
 */
export function cyclicLR(options: CyclicLROptions): Schedule {
  const { baseLr, maxLr, stepSizeUp = 2000, stepSizeDown = stepSizeUp, mode = "triangular", gamma = 1 } = options;
  const { cycleMomentum = true, baseMomentum = 0.8, maxMomentum = 0.9 } = options;
  checkCounts("cyclicLR", { stepSizeUp, stepSizeDown });
  checkRates("cyclicLR", { baseLr, maxLr, gamma, baseMomentum, maxMomentum });
  const period = stepSizeUp + stepSizeDown;

  /** Height above the base, 0 to 1. */
  const height = (step: number): number => {
    const within = step % period;
    const triangle = within <= stepSizeUp ? within / stepSizeUp : (period - within) / stepSizeDown;
    if (mode === "triangular") return triangle;
    return mode === "exp_range" ? triangle * gamma ** step : triangle / 2 ** Math.floor(step / period);
  };
  const schedule: Schedule = { name: "cyclicLR", lrAt: (step) => baseLr + (maxLr - baseLr) * height(step) };
  if (!cycleMomentum) return schedule;
  return { ...schedule, momentumAt: (step) => maxMomentum - (maxMomentum - baseMomentum) * height(step) };
}
