import { checkRates } from "./check-schedule.js";
import type { Schedule } from "./schedule.js";

/** Options of `multiStepLR`. */
export interface MultiStepLROptions {
  /** Steps of the drops. */
  readonly milestones: readonly number[];
  /** Factor of a drop. Default 0.1. */
  readonly gamma?: number;
}

/**
 * Multiplies the learning rate by `gamma` at each milestone (torch's MultiStepLR).
 *
 * @example
 * ```ts
 * import { multiStepLR } from "@nn/optim";
 *
 * const schedule = multiStepLR({ milestones: [1, 3], gamma: 0.5 });
 * [0, 1, 2, 3].map((step) => schedule.lrAt(step, 1)); // => [1, 0.5, 0.5, 0.25]
 * ```
 */
export function multiStepLR({ milestones, gamma = 0.1 }: MultiStepLROptions): Schedule {
  checkRates("multiStepLR", { gamma, ...Object.fromEntries(milestones.map((at, i) => [`milestones[${i}]`, at])) });
  const passed = (step: number) => milestones.filter((milestone) => milestone <= step).length;
  return { name: "multiStepLR", lrAt: (step, baseLr) => baseLr * gamma ** passed(step) };
}
