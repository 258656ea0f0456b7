import type { EpochRecord, Metrics, ScheduleOptions, Scheduler } from "./fit-options.js";
import { monitored } from "./monitored.js";

/** Steps a scheduler when it is time. */
export class ScheduleRunner {
  readonly scheduler: Scheduler;
  readonly #everyStep: boolean;
  readonly #monitor: string | undefined;
  readonly #fallback: string;

  /** @param watch what is shown to the scheduler unless a monitor is named */
  constructor(schedule: Scheduler | ScheduleOptions<Metrics>, watch: string) {
    const options: ScheduleOptions<Metrics> = "scheduler" in schedule ? schedule : { scheduler: schedule };
    this.scheduler = options.scheduler;
    this.#everyStep = options.every === "step";
    this.#monitor = options.monitor;
    this.#fallback = watch;
  }

  afterStep(): void {
    if (this.#everyStep) this.scheduler.step();
  }

  /** An epoch without the monitored number (validation is not made in every one) does not count. */
  afterEpoch(record: EpochRecord<Metrics>): void {
    if (this.#everyStep) return;
    const value = monitored(record, this.#monitor ?? this.#fallback);
    if (value !== undefined || this.#monitor === undefined) this.scheduler.step(value);
  }
}
