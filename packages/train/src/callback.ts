import type { Tree } from "@nn/tensor";
import type { EpochRecord, FitOptimizer, FitResult, Metrics, Scores } from "./fit-options.js";
import type { Mode } from "./metric.js";
import type { TrainingState } from "./training-state.js";

/** The training under way, as callbacks see it. */
export interface TrainingRun<Ms extends Metrics = Metrics> {
  readonly model: Tree;
  readonly optimizer: FitOptimizer;
  /** Epochs planned. */
  readonly epochs: number;
  /** Batches of one epoch, where the data knows. */
  readonly batches: number | undefined;
  /** The epoch under way, from 1. */
  readonly epoch: number;
  /** Optimizer steps so far. */
  readonly step: number;
  readonly history: readonly EpochRecord<Ms>[];
  /** What early stopping watches by default: `"validation.loss"`, or `"train.loss"` without validation. */
  readonly watched: string;
  /** Whether small or large values of a number of the history, given by its path, are good. */
  modeOf(monitor: string): Mode;
  /** Stops after the step under way, as an abort does. */
  stop(): void;
  /** All that a resume needs, as it is between two steps: call it from a callback. */
  state(): Promise<TrainingState>;
}

/** One batch that was trained on. */
export interface BatchEvent<Ms extends Metrics = Metrics> {
  readonly epoch: number;
  /** Batch of the epoch, from 1. */
  readonly batch: number;
  /** Optimizer steps so far, the one of this batch included. */
  readonly step: number;
  readonly samples: number;
  /** Loss of this batch. */
  readonly loss: number;
  readonly lr: number;
  /** Mean loss and metrics of the epoch so far. */
  scores(): Scores<Ms>;
}

/**
 * Functions that `fit` calls and waits for, in the order of the list.
 *
 * @example
 * ```ts
 * import type { Callback } from "@nn/train";
 *
 * const log: Callback = {
 *   onEpochEnd: ({ epoch, train }) => console.log(`epoch ${epoch}: ${train.loss.toFixed(4)}`),
 * };
 * ```
 */
export interface Callback<Ms extends Metrics = Metrics> {
  onTrainBegin?(run: TrainingRun<Ms>): void | Promise<void>;
  onEpochBegin?(run: TrainingRun<Ms>): void | Promise<void>;
  /** After every batch; some batches late on devices that are read asynchronously, but in order and before `onEpochEnd`. */
  onBatchEnd?(event: BatchEvent<Ms>, run: TrainingRun<Ms>): void | Promise<void>;
  onEpochEnd?(record: EpochRecord<Ms>, run: TrainingRun<Ms>): void | Promise<void>;
  onTrainEnd?(result: FitResult<Ms>, run: TrainingRun<Ms>): void | Promise<void>;
  /** Instead of `onTrainEnd` when the training fails. */
  onError?(error: unknown, run: TrainingRun<Ms>): void | Promise<void>;
}
