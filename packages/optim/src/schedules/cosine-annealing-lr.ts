import { checkCounts, checkRates } from "./check-schedule.js";
import type { Schedule } from "./schedule.js";

/** Options of `cosineAnnealingLR`. */
export interface CosineAnnealingLROptions {
  /** Steps from the highest to the lowest rate. */
  readonly tMax: number;
  /** The lowest rate. Default 0. */
  readonly etaMin?: number;
}

/**
 * Half a cosine from the base rate down to `etaMin` in `tMax` steps; beyond that it rises again (torch's
 * CosineAnnealingLR; Loshchilov and Hutter, "SGDR", 2017, without restarts).
 *
 * @example
 * ```ts
 * import { cosineAnnealingLR } from "@nn/optim";
 *
 * const schedule = cosineAnnealingLR({ tMax: 10 });
 * [0, 5, 10].map((step) => schedule.lrAt(step, 1).toFixed(3)); // => ["1.000", "0.500", "0.000"]
 * ```
 */
export function cosineAnnealingLR({ tMax, etaMin = 0 }: CosineAnnealingLROptions): Schedule {
  checkCounts("cosineAnnealingLR", { tMax });
  checkRates("cosineAnnealingLR", { etaMin });
  return { name: "cosineAnnealingLR", lrAt: (step, baseLr) => cosine(baseLr, etaMin, step / tMax) };
}

/** From `high` at 0 to `low` at 1, along half a cosine. */
export function cosine(high: number, low: number, fraction: number): number {
  return low + ((high - low) * (1 + Math.cos(Math.PI * fraction))) / 2;
}
