import { DataError, isTensor, type Tensor } from "@nn/tensor";
import { type Metric, metric } from "../metric.js";
import { columns, type Numbers } from "./columns.js";
import { isNumbers } from "./inputs.js";
import { type RegressionOptions, regressionValues } from "./regression-options.js";

/** What the error is measured by. */
export interface MaseOptions<B, R> extends RegressionOptions<B, R> {
  /**
   * The series before the forecast: one for all (an array), or one a sample `[n, t]`. The mean step of its naive forecast
   * is the unit of the error. Or that unit itself, as a number.
   */
  readonly training: number | ArrayLike<number> | ((batch: B, rest: R) => Tensor);
  /** Steps after which the series repeats itself: 12 for months, 24 for hours. Default 1. */
  readonly seasonality?: number;
}

/**
 * MASE: the mean absolute error of forecasts, in units of the mean absolute error that the seasonal naive forecast (the
 * value one season before) makes on the training series (Hyndman & Koehler, 2006). Below 1 is better than naive.
 *
 * With a series for each sample, it is the mean of the samples' values. The state is two numbers.
 *
 * @throws DataError when the series is not longer than a season or never changes.
 *
 * @example
 * ```ts
 * import { meanAbsoluteScaledError, score } from "@nn/train";
 *
 * const metric = meanAbsoluteScaledError({ training: [1, 3, 2, 5], seasonality: 1 });
 * await score(metric, { predictions: [6, 6], targets: [5, 8] }); // => 0.75
 * ```
 */
export function meanAbsoluteScaledError<B = unknown, R = unknown>(options: MaseOptions<B, R>): Metric<B, R> {
  const { seasonality = 1, training } = options;
  if (!(Number.isInteger(seasonality) && seasonality > 0)) throw badSeason(String(seasonality));
  const unit = typeof training === "function" ? undefined : unitOf(training, seasonality);
  return metric({
    mode: "min",
    initial: [0, 0],
    measure(batch, rest) {
      const values = regressionValues("meanAbsoluteScaledError", batch, rest, options);
      const { predictions, targets, weights } = values;
      if (typeof training !== "function") {
        return columns(weights === undefined ? [predictions, targets] : [predictions, targets, weights]);
      }
      const units = unitsLike(targets, training(batch, rest), seasonality);
      return columns([predictions, targets, weights ?? units.mul(0).add(1), units]);
    },
    add(totals, values, [rows, size]) {
      for (let i = 0; i < size!; i++) {
        const weight = rows! > 2 ? values[2 * size! + i]! : 1;
        if (weight === 0) continue;
        const scale = unit ?? values[3 * size! + i]!;
        totals[0]! += (weight * Math.abs(values[i]! - values[size! + i]!)) / scale;
        totals[1]! += weight;
      }
    },
    compute: ([sum, weight]) => sum! / weight!,
  });
}

/** Mean absolute step of a series over a season. */
function unitOf(training: number | ArrayLike<number>, seasonality: number): number {
  if (typeof training === "number") {
    if (training > 0) return training;
    throw badSeries(`the unit ${training}`);
  }
  const steps = training.length - seasonality;
  if (steps < 1) throw badSeries(`${training.length} values`);
  let sum = 0;
  for (let i = 0; i < steps; i++) sum += Math.abs(training[i + seasonality]! - training[i]!);
  if (sum === 0) throw badSeries("a series that repeats itself exactly");
  return sum / steps;
}

/** The unit of each sample's series, for each of its targets. */
function unitsLike(targets: Numbers, series: Tensor, seasonality: number): Tensor {
  if (!isNumbers(series) || series.rank !== 2 || !isTensor(targets) || targets.shape[0] !== series.shape[0]) {
    throw badSeries("series that are not [n, t] with n as in the targets");
  }
  const length = series.shape[1]!;
  if (length <= seasonality) throw badSeries(`${length} values`);
  const steps = series.slice(1, seasonality, length).sub(series.slice(1, 0, length - seasonality));
  const shape = [series.shape[0]!, ...new Array<number>(targets.rank - 1).fill(1)];
  return steps.abs().mean(1).reshape(shape).expand(targets.shape);
}

function badSeason(got: string): DataError {
  return new DataError({
    where: "meanAbsoluteScaledError",
    problem: "the seasonality is not what it should be",
    rows: [
      ["expected", "a positive integer"],
      ["got", got],
    ],
    fix: "pass the steps of a season, such as 12 for months, or leave it out for 1",
  });
}

function badSeries(got: string): DataError {
  return new DataError({
    where: "meanAbsoluteScaledError",
    problem: "the training series gives no unit",
    rows: [
      ["expected", "more values than a season has, that differ from season to season"],
      ["got", got],
    ],
    fix: "pass the series that came before the forecast, with the seasonality in steps",
  });
}
