export type { Abort } from "./abort.js";
export type { BatchSource } from "./batch-source.js";
export { samplesIn } from "./batch-source.js";
export type { BatchEvent, Callback, TrainingRun } from "./callback.js";
export type { EvaluateOptions } from "./evaluate-model.js";
export { evaluateModel } from "./evaluate-model.js";
export { fit } from "./fit.js";
export type {
  CheckpointOptions,
  EarlyStoppingOptions,
  EpochRecord,
  FitOptimizer,
  FitOptions,
  FitResult,
  LossResult,
  Metrics,
  Monitor,
  Rest,
  ScheduleOptions,
  Scheduler,
  Scores,
  ValidationOptions,
} from "./fit-options.js";
export type { HostValues, Measurement, Metric, MetricDefinition, Mode } from "./metric.js";
export { metric } from "./metric.js";
export { accuracy } from "./metrics/accuracy.js";
export type { ClassOptions } from "./metrics/class-options.js";
export type { ConfusionMatrixOptions } from "./metrics/confusion-matrix.js";
export { confusionMatrix } from "./metrics/confusion-matrix.js";
export type { ClassScores } from "./metrics/confusion-matrix-value.js";
export { ConfusionMatrix } from "./metrics/confusion-matrix-value.js";
export { meanOf } from "./metrics/mean-of.js";
export { topKAccuracy } from "./metrics/top-k-accuracy.js";
export type { Json, SavedTensor } from "./pack.js";
export { predictAll } from "./predict-all.js";
export type { Stateful, TrainingParts, TrainingState } from "./training-state.js";
export { restoreTrainingState, trainingState } from "./training-state.js";
export { weightedMean } from "./weighted-mean.js";
