/**
 * A course of the learning rate: a pure function of the step, so it needs no state of its own. `LRScheduler` applies it
 * to an optimizer; so can any loop: `optimizer.lr = schedule.lrAt(step, 0.1)`.
 */
export interface Schedule {
  /** Unique; a third party's has a dot. */
  readonly name: string;
  /** The learning rate of a step (or epoch) from 0 on, for a group that was made with `baseLr`. */
  lrAt(step: number, baseLr: number): number;
  /** The momentum (Adam: the first beta) of a step, for schedules that cycle it too; undefined leaves it. */
  momentumAt?(step: number): number | undefined;
}
