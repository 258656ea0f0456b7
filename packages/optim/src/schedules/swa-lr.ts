import { checkRates } from "./check-schedule.js";
import { cosine } from "./cosine-annealing-lr.js";
import type { Schedule } from "./schedule.js";

/** Options of `swaLR`. */
export interface SwaLROptions {
  /** The rate that it ends at and stays at. */
  readonly swaLr: number;
  /** Steps from the base rate to it; 0 jumps there. Default 10. */
  readonly annealEpochs?: number;
  /** Default "cos". */
  readonly annealStrategy?: "cos" | "linear";
}

/**
 * From the base rate to the constant rate at which weights are averaged (torch.optim.swa_utils.SWALR), for the last
 * part of a training, with `SWA`.
 *
 * @example
 * ```ts
 * import { swaLR } from "@nn/optim";
 *
 * const schedule = swaLR({ swaLr: 0.5, annealEpochs: 2, annealStrategy: "linear" });
 * [0, 1, 2, 3].map((step) => schedule.lrAt(step, 1)); // => [1, 0.75, 0.5, 0.5]
 * ```
 */
export function swaLR({ swaLr, annealEpochs = 10, annealStrategy = "cos" }: SwaLROptions): Schedule {
  checkRates("swaLR", { swaLr, annealEpochs });
  return {
    name: "swaLR",
    lrAt(step, baseLr) {
      const part = annealEpochs === 0 ? 1 : Math.min(1, step / annealEpochs);
      return annealStrategy === "cos" ? cosine(baseLr, swaLr, part) : baseLr + (swaLr - baseLr) * part;
    },
  };
}
