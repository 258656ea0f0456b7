import { isTensor } from "@nn/tensor";
import { type Metric, metric } from "../metric.js";
import { columns, type Numbers, sizeOf } from "./columns.js";
import { type RegressionOptions, regressionValues } from "./regression-options.js";

/**
 * Coefficient of determination: 1 minus the squared error over the variance of the targets (sklearn.metrics.r2_score).
 * 1 is perfect, 0 as good as always saying the mean. Of targets `[n, outputs]` it is the mean over the outputs.
 *
 * One pass, by the running mean and variance of Welford (1962) and West (1979): the state is four numbers an output.
 *
 * @throws DataError when predictions and targets are not found or differ in shape.
 *
 * @example
 * ```ts
 * import { r2Score, score } from "@nn/train";
 *
 * const values = { predictions: [2.5, 0, 2, 8], targets: [3, -0.5, 2, 7] };
 * (await score(r2Score(), values)).toFixed(4); // => "0.9486"
 * ```
 */
export function r2Score<B = unknown, R = unknown>(options: RegressionOptions<B, R> = {}): Metric<B, R> {
  return metric({
    // For each output: weight, mean of the targets, sum of their squared deviations, sum of squared errors.
    initial: [],
    measure(batch, rest) {
      const { predictions, targets, weights } = regressionValues("r2Score", batch, rest, options);
      const counted = weights ?? new Float64Array(sizeOf(targets)).fill(1);
      const parts = isTensor(targets)
        ? targets.shape.slice(1).reduce((product: number, n: number) => product * n, 1)
        : 1;
      return columns([predictions, targets, counted].flatMap((numbers) => outputs(numbers, parts)));
    },
    add(totals, values, [rows, size]) {
      const parts = rows! / 3;
      while (totals.length < 4 * parts) totals.push(0);
      for (let part = 0; part < parts; part++) {
        const column = (i: number) => values.subarray((i * parts + part) * size!, (i * parts + part + 1) * size!);
        merge(totals, 4 * part, column(0), column(1), column(2));
      }
    },
    compute(totals) {
      const parts = Array.from({ length: totals.length / 4 }, (_, i) => r2(totals[4 * i + 2]!, totals[4 * i + 3]!));
      return parts.reduce((sum, value) => sum + value, 0) / parts.length;
    },
  });
}

/** The columns of `[n, outputs]`. */
function outputs(numbers: Numbers, parts: number): Numbers[] {
  if (parts === 1) return [numbers];
  if (isTensor(numbers)) {
    const matrix = numbers.reshape([numbers.shape[0]!, parts]);
    return Array.from({ length: parts }, (_, i) => matrix.slice(1, i, i + 1));
  }
  return Array.from({ length: parts }, (_, part) => Array.from(numbers).filter((_, i) => i % parts === part));
}

function merge(
  totals: number[],
  at: number,
  predictions: ArrayLike<number>,
  targets: ArrayLike<number>,
  weights: ArrayLike<number>,
): void {
  for (let i = 0; i < targets.length; i++) {
    const weight = weights[i]!;
    if (weight === 0) continue;
    const target = targets[i]!;
    const before = totals[at + 1]!;
    totals[at]! += weight;
    totals[at + 1]! += ((target - before) * weight) / totals[at]!;
    totals[at + 2]! += weight * (target - before) * (target - totals[at + 1]!);
    totals[at + 3]! += weight * (target - predictions[i]!) ** 2;
  }
}

/** As scikit-learn: constant targets that are hit give 1, else 0. */
function r2(deviations: number, errors: number): number {
  if (deviations === 0) return errors === 0 ? 1 : 0;
  return 1 - errors / deviations;
}
