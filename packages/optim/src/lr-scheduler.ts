import { DataError } from "@nn/tensor";
import type { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./rule.js";
import type { Schedule } from "./schedules/schedule.js";

/** Where a scheduler stands, as JSON. */
export interface LRSchedulerState {
  readonly schedule: string;
  readonly step: number;
  readonly baseLrs: readonly number[];
}

/**
 * Applies a schedule to an optimizer: sets the rate of step 0 at once, and that of the next step with every `step()`,
 * once a batch or once an epoch, as the schedule counts (torch.optim.lr_scheduler).
 *
 * @example
 * ```ts
 * import { LRScheduler, SGD, stepLR } from "@nn/optim";
 * import { Parameter, zeros } from "@nn/tensor";
 *
 * const optimizer = new SGD([new Parameter(zeros([1]))], { lr: 1 });
 * const scheduler = new LRScheduler(optimizer, stepLR({ stepSize: 2, gamma: 0.5 }));
 * const rates = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   rates.push(optimizer.lr);
 *   scheduler.step();
 * }
 * rates; // => [1, 1, 0.5, 0.5]
 * ```
 */
export class LRScheduler<O extends OptimizerOptions = OptimizerOptions> {
  readonly schedule: Schedule;
  readonly #optimizer: Pick<Optimizer<O>, "groups">;
  #baseLrs: readonly number[];
  #step = 0;

  constructor(optimizer: Pick<Optimizer<O>, "groups">, schedule: Schedule) {
    this.schedule = schedule;
    this.#optimizer = optimizer;
    this.#baseLrs = optimizer.groups.map((group) => group.lr);
    this.#apply();
  }

  /** The step whose rate is set now. */
  get lastStep(): number {
    return this.#step;
  }

  /** Sets the rate of the next step. */
  step(): void {
    this.#step++;
    this.#apply();
  }

  /** Where it stands, as JSON. */
  stateDict(): LRSchedulerState {
    return { schedule: this.schedule.name, step: this.#step, baseLrs: [...this.#baseLrs] };
  }

  /**
   * Goes on where a state dict was taken, and sets the rate of that step.
   *
   * @throws DataError when it is of another schedule or of another number of groups.
   */
  loadStateDict({ schedule, step, baseLrs }: LRSchedulerState): void {
    const groups = this.#baseLrs.length;
    if (schedule !== this.schedule.name || baseLrs.length !== groups || !Number.isInteger(step) || step < 0) {
      throw new DataError({
        where: "LRScheduler.loadStateDict",
        problem: "the state does not fit the scheduler",
        rows: [
          ["expected", `${this.schedule.name}, ${groups} groups`],
          ["got", `${schedule}, ${baseLrs.length} groups, step ${step}`],
        ],
        fix: "make the scheduler with the schedule and the optimizer that were saved",
      });
    }
    this.#step = step;
    this.#baseLrs = [...baseLrs];
    this.#apply();
  }

  #apply(): void {
    const momentum = this.schedule.momentumAt?.(this.#step);
    for (const [i, group] of this.#optimizer.groups.entries()) {
      const target: { lr: number; momentum?: number; betas?: readonly [number, number] } = group;
      target.lr = this.schedule.lrAt(this.#step, this.#baseLrs[i]!);
      if (momentum === undefined) continue;
      if (target.betas !== undefined) target.betas = [momentum, target.betas[1]];
      else if (target.momentum !== undefined) target.momentum = momentum;
    }
  }
}
