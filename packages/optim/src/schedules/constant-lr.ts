import { checkRates } from "./check-schedule.js";
import type { Schedule } from "./schedule.js";

/** Options of `constantLR`. */
export interface ConstantLROptions {
  /** Factor of the first steps. Default 1/3. */
  readonly factor?: number;
  /** How many steps it holds. Default 5. */
  readonly totalIters?: number;
}

/**
 * A smaller learning rate for the first steps (torch's ConstantLR).
 *
 * @example
 * ```ts
 * import { constantLR } from "@nn/optim";
 *
 * const schedule = constantLR({ factor: 0.5, totalIters: 2 });
 * [0, 1, 2].map((step) => schedule.lrAt(step, 1)); // => [0.5, 0.5, 1]
 * ```
 */
export function constantLR({ factor = 1 / 3, totalIters = 5 }: ConstantLROptions = {}): Schedule {
  checkRates("constantLR", { factor, totalIters });
  return { name: "constantLR", lrAt: (step, baseLr) => (step < totalIters ? baseLr * factor : baseLr) };
}
