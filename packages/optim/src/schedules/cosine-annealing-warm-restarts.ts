import { checkCounts, checkRates } from "./check-schedule.js";
import { cosine } from "./cosine-annealing-lr.js";
import type { Schedule } from "./schedule.js";

/** Options of `cosineAnnealingWarmRestarts`. */
export interface CosineAnnealingWarmRestartsOptions {
  /** Steps of the first period. */
  readonly t0: number;
  /** How many times longer each period is than the one before. Default 1. */
  readonly tMult?: number;
  /** The lowest rate. Default 0. */
  readonly etaMin?: number;
}

/**
 * Half a cosine down, then a jump back up, again and again (torch's CosineAnnealingWarmRestarts; Loshchilov and Hutter,
 * "SGDR", 2017).
 *
 * @example
 * ```ts
 * import { cosineAnnealingWarmRestarts } from "@nn/optim";
 *
 * const schedule = cosineAnnealingWarmRestarts({ t0: 2, tMult: 2 });
 * [0, 1, 2, 4, 6].map((step) => schedule.lrAt(step, 1).toFixed(1)); // => ["1.0", "0.5", "1.0", "0.5", "1.0"]
 * ```
 */
export function cosineAnnealingWarmRestarts(options: CosineAnnealingWarmRestartsOptions): Schedule {
  const { t0, tMult = 1, etaMin = 0 } = options;
  checkCounts("cosineAnnealingWarmRestarts", { t0, tMult });
  checkRates("cosineAnnealingWarmRestarts", { etaMin });
  return {
    name: "cosineAnnealingWarmRestarts",
    lrAt(step, baseLr) {
      let period = t0;
      let since = step;
      if (tMult === 1) since = step % t0;
      else for (; since >= period; period *= tMult) since -= period;
      return cosine(baseLr, etaMin, since / period);
    },
  };
}
