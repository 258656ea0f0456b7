import { DataError } from "@nn/tensor";
import { type Measurement, type Metric, metric } from "../metric.js";
import { columns, type Numbers, shapeOf } from "./columns.js";
import { describeNumbers, field, required, targetsIn, type WeightOptions, weightsOf } from "./inputs.js";

/** Where metrics of numbers find what they compare. */
export interface RegressionOptions<B, R> extends WeightOptions<B, R> {
  /** What the model said. Default: `predictions` (or `output`) of what the loss function returned. */
  readonly predictions?: (batch: B, rest: R) => Numbers;
  /** What it should have said, of the same shape. Default: `targets` beside the loss, else the batch's `y` or second entry. */
  readonly targets?: (batch: B, rest: R) => Numbers;
}

/** Predictions, targets and, where they differ, weights, all of one shape. */
export function regressionValues<B, R>(name: string, batch: B, rest: R, options: RegressionOptions<B, R>) {
  const predictions = required(
    name,
    "predictions",
    options.predictions?.(batch, rest) ?? field(rest, "predictions") ?? field(rest, "output"),
    "return { loss, predictions } from the loss function",
  );
  const targets = required(
    name,
    "targets",
    options.targets?.(batch, rest) ?? targetsIn(batch, rest),
    "name the targets y in the batch, or return { loss, predictions, targets }",
  );
  if (String(shapeOf(predictions)) !== String(shapeOf(targets))) {
    throw new DataError({
      where: name,
      problem: "predictions and targets do not belong together",
      rows: [
        ["predictions", describeNumbers(predictions)],
        ["targets", describeNumbers(targets)],
      ],
      fix: "give both in one shape: reshape the targets, or squeeze the predictions",
    });
  }
  return { predictions, targets, weights: weightsOf(name, batch, rest, targets, options) };
}

/** A weighted mean of a function of prediction and target, summed in f64; the state is two numbers. */
export function meanErrorMetric<B, R>(
  name: string,
  options: RegressionOptions<B, R>,
  error: (prediction: number, target: number) => number,
  finish: (mean: number) => number = (mean) => mean,
): Metric<B, R> {
  return metric({
    mode: "min",
    initial: [0, 0],
    measure: (batch, rest): Measurement => {
      const { predictions, targets, weights } = regressionValues(name, batch, rest, options);
      return columns(weights === undefined ? [predictions, targets] : [predictions, targets, weights]);
    },
    add(totals, values, [rows, size]) {
      for (let i = 0; i < size!; i++) {
        const weight = rows === 3 ? values[2 * size! + i]! : 1;
        // What does not count may be anything, NaN too.
        if (weight === 0) continue;
        totals[0]! += weight * error(values[i]!, values[size! + i]!);
        totals[1]! += weight;
      }
    },
    compute: ([sum, weight]) => finish(sum! / weight!),
  });
}
