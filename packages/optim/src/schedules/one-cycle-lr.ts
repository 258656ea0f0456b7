import { DataError } from "@nn/tensor";
import { checkCounts, checkRates } from "./check-schedule.js";
import { cosine } from "./cosine-annealing-lr.js";
import type { Schedule } from "./schedule.js";

/** Options of `oneCycleLR`. */
export interface OneCycleLROptions {
  /** The highest rate. */
  readonly maxLr: number;
  /** Steps of the whole cycle; or give `epochs` and `stepsPerEpoch`. */
  readonly totalSteps?: number;
  readonly epochs?: number;
  readonly stepsPerEpoch?: number;
  /** Share of the steps in which the rate rises. Default 0.3. */
  readonly pctStart?: number;
  /** Default "cos". */
  readonly annealStrategy?: "cos" | "linear";
  /** Whether the momentum falls while the rate rises. Default true. */
  readonly cycleMomentum?: boolean;
  /** Default 0.85. */
  readonly baseMomentum?: number;
  /** Default 0.95. */
  readonly maxMomentum?: number;
  /** The first rate is `maxLr / divFactor`. Default 25. */
  readonly divFactor?: number;
  /** The last rate is the first one divided by this. Default 1e4. */
  readonly finalDivFactor?: number;
  /** Falls back to the first rate before it goes down to the last one. Default false. */
  readonly threePhase?: boolean;
}

/** A stretch of the cycle, up to and with the step `end`. */
interface Phase {
  readonly end: number;
  readonly lr: readonly [from: number, to: number];
  readonly momentum: readonly [from: number, to: number];
}

/**
 * One rise to `maxLr` and one fall far below the start, the momentum in the opposite direction (torch's OneCycleLR;
 * Smith and Topin, "Super-Convergence", 2018). The base rate of the optimizer plays no part.
 *
 * @throws DataError when a step beyond the cycle is asked for.
 *
 * @example
 * ```ts
 * import { oneCycleLR } from "@nn/optim";
 *
 * const schedule = oneCycleLR({ maxLr: 1, totalSteps: 11, pctStart: 0.5, divFactor: 10 });
 * [0, 5, 10].map((step) => schedule.lrAt(step, 0).toFixed(2)); // => ["0.10", "0.98", "0.00"]
 * ```
 */
export function oneCycleLR(options: OneCycleLROptions): Schedule {
  const { maxLr, pctStart = 0.3, annealStrategy = "cos", cycleMomentum = true, threePhase = false } = options;
  const { baseMomentum = 0.85, maxMomentum = 0.95, divFactor = 25, finalDivFactor = 1e4 } = options;
  const totalSteps = options.totalSteps ?? (options.epochs ?? Number.NaN) * (options.stepsPerEpoch ?? Number.NaN);
  checkCounts("oneCycleLR", { totalSteps });
  checkRates("oneCycleLR", { maxLr, pctStart, baseMomentum, maxMomentum, divFactor, finalDivFactor });

  const first = maxLr / divFactor;
  const last = first / finalDivFactor;
  const up = { lr: [first, maxLr], momentum: [maxMomentum, baseMomentum], end: pctStart * totalSteps - 1 } as const;
  const down = {
    lr: [maxLr, first],
    momentum: [baseMomentum, maxMomentum],
    end: 2 * pctStart * totalSteps - 2,
  } as const;
  const phases: readonly Phase[] = threePhase
    ? [up, down, { lr: [first, last], momentum: [maxMomentum, maxMomentum], end: totalSteps - 1 }]
    : [up, { lr: [maxLr, last], momentum: [baseMomentum, maxMomentum], end: totalSteps - 1 }];

  const anneal = (step: number, key: "lr" | "momentum"): number => {
    if (step >= totalSteps) throw beyond(step, totalSteps);
    let start = 0;
    for (const phase of phases) {
      if (step <= phase.end || phase === phases.at(-1)) {
        const [from, to] = phase[key];
        const fraction = (step - start) / (phase.end - start);
        return annealStrategy === "cos" ? cosine(from, to, fraction) : from + (to - from) * fraction;
      }
      start = phase.end;
    }
    return last;
  };
  const schedule: Schedule = { name: "oneCycleLR", lrAt: (step) => anneal(step, "lr") };
  return cycleMomentum ? { ...schedule, momentumAt: (step) => anneal(step, "momentum") } : schedule;
}

function beyond(step: number, totalSteps: number): DataError {
  return new DataError({
    where: "oneCycleLR",
    problem: "the cycle has ended",
    rows: [["expected", `steps 0 to ${totalSteps - 1}`, `got ${step}`]],
    fix: "make totalSteps the number of optimizer steps of the whole training",
  });
}
