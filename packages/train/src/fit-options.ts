import type { OptimizerStateDict } from "@nn/optim";
import type { Gradients, Tensor } from "@nn/tensor";
import type { Abort } from "./abort.js";
import type { BatchSource } from "./batch-source.js";
import type { Callback } from "./callback.js";
import type { Metric, Mode } from "./metric.js";
import type { Stateful, TrainingState } from "./training-state.js";

/**
 * What a loss function gives: the loss (one number), alone or with what the metrics need. `weight` (one number) is how
 * much this loss counts in means over batches, of losses and of accumulated gradients: what a mask or sample weights add
 * up to. Without it, losses count by the samples of their batch.
 */
export type LossResult = Tensor | { readonly loss: Tensor; readonly weight?: Tensor };

/** What a loss function gave beside the loss, detached. */
export type Rest<R> = R extends Tensor ? object : Omit<R, "loss">;

/** Metrics by name. */
export type Metrics<B = never, R = never> = Readonly<Record<string, Metric<B, R, unknown>>>;

/** The mean loss and the values of the metrics, over a whole data set. */
export type Scores<Ms extends Metrics> = { readonly loss: number } & {
  readonly [K in keyof Ms]: Ms[K] extends Metric<never, never, infer V> ? V : never;
};

/** A number of the history by its path: `"train.loss"`, `"validation.accuracy"`. */
export type Monitor<Ms extends Metrics> = `${"train" | "validation"}.${"loss" | (keyof Ms & string)}`;

/** What `fit` needs of an optimizer; those of `@nn/optim` have it. */
export interface FitOptimizer {
  lr: number;
  step(grads: Gradients): void;
  stateDict(): OptimizerStateDict;
  loadStateDict(dict: OptimizerStateDict): void;
}

/** Data that the model is not trained on, looked at after each epoch. */
export interface ValidationOptions<M, B, R, Ms> {
  readonly data: BatchSource<B>;
  /** Default: the loss of the training. */
  readonly loss?: (model: M, batch: B) => R;
  /** Default: the metrics of the training. */
  readonly metrics?: Ms;
  /** Looks only after every so many epochs, and after the last one. Default 1. */
  readonly everyEpochs?: number;
}

/** What changes the learning rate: `LRScheduler`, `ReduceLROnPlateau` and the like. */
export interface Scheduler extends Stateful {
  /** @param value the monitored number, at the end of an epoch */
  step(value?: number): void;
}

/** A scheduler, and when it steps. */
export interface ScheduleOptions<Ms extends Metrics> {
  readonly scheduler: Scheduler;
  /** After every optimizer step or after every epoch (default). */
  readonly every?: "step" | "epoch";
  /** The number it is shown after an epoch. Default `"validation.loss"`, or `"train.loss"` without validation. */
  readonly monitor?: Monitor<Ms>;
}

/** When to stop before the last epoch. */
export interface EarlyStoppingOptions<Ms extends Metrics> {
  /** What is watched. Default `"validation.loss"`, or `"train.loss"` without validation. */
  readonly monitor?: Monitor<Ms>;
  /** Epochs without an improvement after which the training stops. Default 5. */
  readonly patience?: number;
  /** What counts as an improvement: more than this. Default 0. */
  readonly minDelta?: number;
  /** Whether small or large values are good. Default: "min" for the loss, else what the metric says. */
  readonly mode?: Mode;
  /** Gives the model the weights of its best epoch at the end. Default true. */
  readonly restoreBest?: boolean;
}

/** Where training states go, and when. */
export interface CheckpointOptions {
  /** Writes a state away; the training waits for it. */
  save(state: TrainingState): void | Promise<void>;
  /** After every so many optimizer steps. */
  readonly everySteps?: number;
  /** After every so many epochs. Default 1 where `everySteps` is not given. */
  readonly everyEpochs?: number;
}

/** What `fit` is told. */
export interface FitOptions<M, B, R extends LossResult, Ms extends Metrics<B, Rest<R>>> {
  /** The batches. */
  readonly data: BatchSource<B>;
  /**
   * The loss of a batch: a mean over its samples. Beside the loss it may return what the metrics need, such as
   * `{ loss, logits }`. Called inside `valueAndGrad`; synchronous.
   */
  readonly loss: (model: M, batch: B) => R;
  readonly optimizer: FitOptimizer;
  /** How often the data is gone through. */
  readonly epochs: number;
  readonly validation?: ValidationOptions<M, B, R, Ms>;
  readonly metrics?: Ms;
  /** Changes the learning rate: a scheduler that steps after every epoch, or `{ scheduler, every, monitor }`. */
  readonly schedule?: Scheduler | ScheduleOptions<Ms>;
  /** Scales the gradients so that their common norm is at most this. */
  readonly clipNorm?: number;
  /** Cuts each element of the gradients to at most this size; before `clipNorm`, where both are given. */
  readonly clipValue?: number;
  /** Batches per optimizer step: their gradients are averaged, by the weights of their losses if they have any. Default 1. */
  readonly accumulate?: number;
  readonly earlyStopping?: EarlyStoppingOptions<Ms>;
  readonly callbacks?: readonly Callback<NoInfer<Ms>>[];
  readonly checkpoint?: CheckpointOptions;
  /** Goes on from a state that `checkpoint` saved. */
  readonly resume?: TrainingState;
  /** An `AbortSignal`: stops after the step under way. */
  readonly signal?: Abort;
  /** Goes on when the loss is NaN or infinite. Default false: an error that names the epoch and the step. */
  readonly allowNonFinite?: boolean;
  /** Samples in a batch, the weight of its loss in the mean. Default: `samplesIn`. */
  readonly samples?: (batch: B) => number;
}

/** One epoch of the history. */
export interface EpochRecord<Ms extends Metrics = Metrics> {
  /** From 1. */
  readonly epoch: number;
  /** Optimizer steps since the start of the training. */
  readonly step: number;
  /** Learning rate at the end of the epoch. */
  readonly lr: number;
  /** Over the batches of the epoch, while the weights were changing. */
  readonly train: Scores<Ms>;
  /** Over the validation data, after the epoch. */
  readonly validation?: Scores<Ms>;
  readonly samples: number;
  /** Time of the epoch, validation and checkpoints included. */
  readonly seconds: number;
  /** Speed of the training steps alone. */
  readonly samplesPerSecond: number;
}

/** What `fit` tells at the end. */
export interface FitResult<Ms extends Metrics = Metrics> {
  readonly history: readonly EpochRecord<Ms>[];
  /** Epochs that were finished, those before a resume included. */
  readonly epochs: number;
  /** Optimizer steps, those before a resume included. */
  readonly steps: number;
  readonly stopped: "completed" | "early" | "aborted";
  /** Time of this call. */
  readonly seconds: number;
  /** Samples of this call by its time in training steps. */
  readonly samplesPerSecond: number;
  /** The best epoch, where early stopping watched. */
  readonly best?: { readonly epoch: number; readonly value: number };
}
