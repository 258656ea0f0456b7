import { checkRates } from "./check-schedule.js";
import type { Schedule } from "./schedule.js";

/**
 * Multiplies the learning rate by `gamma` every step (torch's ExponentialLR).
 *
 * @example
 * ```ts
 * import { exponentialLR } from "@nn/optim";
 *
 * exponentialLR({ gamma: 0.5 }).lrAt(3, 1); // => 0.125
 * ```
 */
export function exponentialLR({ gamma }: { readonly gamma: number }): Schedule {
  checkRates("exponentialLR", { gamma });
  return { name: "exponentialLR", lrAt: (step, baseLr) => baseLr * gamma ** step };
}
