import { DataError } from "@nn/tensor";
import type { Schedule } from "./schedule.js";

/**
 * One schedule after another: the second starts, at its step 0, at the first milestone, and so on (torch's
 * SequentialLR).
 *
 * @throws DataError when the milestones do not rise, or their number does not fit.
 *
 * @example
 * ```ts
 * import { exponentialLR, linearWarmup, sequentialLR } from "@nn/optim";
 *
 * const schedule = sequentialLR([linearWarmup({ steps: 2 }), exponentialLR({ gamma: 0.5 })], { milestones: [2] });
 * [0, 1, 2, 3, 4].map((step) => schedule.lrAt(step, 1)); // => [0.5, 1, 1, 0.5, 0.25]
 * ```
 */
export function sequentialLR(
  schedules: readonly Schedule[],
  { milestones }: { readonly milestones: readonly number[] },
): Schedule {
  const rises = milestones.every((milestone, i) => milestone > (milestones[i - 1] ?? 0));
  if (schedules.length !== milestones.length + 1 || !rises) {
    throw new DataError({
      where: "sequentialLR",
      problem: "the milestones do not fit the schedules",
      rows: [["expected", `${schedules.length - 1} rising step numbers`, `got [${milestones.join(", ")}]`]],
      fix: "give the first step of every schedule but the first",
    });
  }
  /** The schedule of a step, and the step as it counts. */
  const at = (step: number): [Schedule, number] => {
    const index = milestones.filter((milestone) => milestone <= step).length;
    return [schedules[index]!, step - (milestones[index - 1] ?? 0)];
  };
  return {
    name: "sequentialLR",
    lrAt(step, baseLr) {
      const [schedule, own] = at(step);
      return schedule.lrAt(own, baseLr);
    },
    momentumAt(step) {
      const [schedule, own] = at(step);
      return schedule.momentumAt?.(own);
    },
  };
}
