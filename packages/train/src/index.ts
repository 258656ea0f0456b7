export type { Abort } from "./abort.js";
export type { BatchSource } from "./batch-source.js";
export { samplesIn } from "./batch-source.js";
export type { BatchEvent, Callback, TrainingRun } from "./callback.js";
export type { EvaluateOptions } from "./evaluate-model.js";
export { evaluateModel } from "./evaluate-model.js";
export type { FindLearningRateOptions, LearningRateSearch, LearningRateTrial } from "./find-learning-rate.js";
export { findLearningRate } from "./find-learning-rate.js";
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
export { averagePrecision } from "./metrics/average-precision.js";
export type { BleuOptions, BleuSmoothing } from "./metrics/bleu.js";
export { bleu } from "./metrics/bleu.js";
export type { ChrfOptions } from "./metrics/chrf.js";
export { chrf } from "./metrics/chrf.js";
export type { Average, CountOptions } from "./metrics/class-counts.js";
export type { ClassOptions } from "./metrics/class-options.js";
export type { Numbers } from "./metrics/columns.js";
export type { ConfusionMatrixOptions } from "./metrics/confusion-matrix.js";
export { confusionMatrix } from "./metrics/confusion-matrix.js";
export type { ClassScores } from "./metrics/confusion-matrix-value.js";
export { ConfusionMatrix } from "./metrics/confusion-matrix-value.js";
export type { DecisionOptions } from "./metrics/decisions.js";
export type { DetectionOptions } from "./metrics/detections.js";
export { dice } from "./metrics/dice.js";
export { editDistance } from "./metrics/edit-distance.js";
export type { ErrorRateOptions } from "./metrics/error-rate.js";
export { charErrorRate, wordErrorRate } from "./metrics/error-rate.js";
export { f1 } from "./metrics/f1.js";
export type { WeightOptions } from "./metrics/inputs.js";
export { iou } from "./metrics/iou.js";
export type { Boxes, Detections, TruthBoxes } from "./metrics/match-detections.js";
export { meanAbsoluteError } from "./metrics/mean-absolute-error.js";
export type { MaseOptions } from "./metrics/mean-absolute-scaled-error.js";
export { meanAbsoluteScaledError } from "./metrics/mean-absolute-scaled-error.js";
export type { CurveInterpolation, MeanAveragePrecisionOptions } from "./metrics/mean-average-precision.js";
export { meanAveragePrecision } from "./metrics/mean-average-precision.js";
export { meanOf } from "./metrics/mean-of.js";
export { meanSquaredError, rootMeanSquaredError } from "./metrics/mean-squared-error.js";
export { perplexity } from "./metrics/perplexity.js";
export { precision } from "./metrics/precision.js";
export { r2Score } from "./metrics/r2-score.js";
export type { RankingOptions } from "./metrics/ranking.js";
export { recall } from "./metrics/recall.js";
export type { RegressionOptions } from "./metrics/regression-options.js";
export { rocAuc } from "./metrics/roc-auc.js";
export { score } from "./metrics/score.js";
export type { References, Text, TextOptions, Texts, Token, Tokenize } from "./metrics/sequences.js";
export { topKAccuracy } from "./metrics/top-k-accuracy.js";
export type { Json, SavedTensor } from "./pack.js";
export { predictAll } from "./predict-all.js";
export type { Stateful, TrainingParts, TrainingState } from "./training-state.js";
export { restoreTrainingState, trainingState } from "./training-state.js";
export type { TrainingEvent, TrainingSteps } from "./training-steps.js";
export { training } from "./training-steps.js";
export { weightedMean } from "./weighted-mean.js";
