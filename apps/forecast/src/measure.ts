import { meanAbsoluteScaledError, score } from "@nn/train";
import type { YearForecasts } from "./forecasts.js";
import { widened } from "./intervals.js";
import { type NaiveForecast, naiveForecasts } from "./naive.js";
import { horizon, startOf } from "./series.js";

/** How good forecasts from one distance are, over all days of a year. */
export interface HorizonScores {
  /** Days from the last one known. */
  readonly ahead: number;
  /** Mean absolute error in births. */
  readonly mae: number;
  /** In units of the weekly naive forecast's error one day ahead in the training years (Hyndman and Koehler, 2006). */
  readonly mase: number;
  /** The same of the naive forecasts, by name. */
  readonly naive: Readonly<Record<string, { readonly mae: number; readonly mase: number }>>;
  /** The better of them. */
  readonly baseline: { readonly name: string; readonly mae: number; readonly mase: number };
  /** MASE of the net by that of the better naive forecast. */
  readonly relativeMase: number;
  /** Part of the days inside the interval of 90 %. */
  readonly coverage: number;
  /** Mean width of the interval in births. */
  readonly width: number;
}

/** Measures forecasts of a year from all distances. */
export async function measure(
  births: Float32Array,
  forecasts: YearForecasts,
  margins: readonly number[],
  training: Float32Array,
): Promise<HorizonScores[]> {
  const from = startOf(forecasts.year);
  const targets = births.subarray(from, from + forecasts.days);
  const scores = async (predictions: number[]) => ({
    mae: mean(predictions.map((value, day) => Math.abs(value - targets[day]!))),
    mase: await score(meanAbsoluteScaledError({ training, seasonality: 7 }), { predictions, targets: [...targets] }),
  });
  const days = Array.from({ length: forecasts.days }, (_, day) => day);
  return Promise.all(
    Array.from({ length: horizon }, async (_, i) => {
      const ahead = i + 1;
      const own = days.map((day) => widened(forecasts.at(day, ahead), margins[i]!));
      const naiveOf = (forecast: NaiveForecast) => days.map((day) => forecast.at(births, from + day, ahead));
      const naive = await Promise.all(
        naiveForecasts.map(async (forecast) => ({ name: forecast.name, ...(await scores(naiveOf(forecast))) })),
      );
      const baseline = naive.reduce((best, one) => (one.mase < best.mase ? one : best));
      const { mae, mase } = await scores(own.map(({ middle }) => middle));
      return {
        ahead,
        mae,
        mase,
        naive: Object.fromEntries(naive.map(({ name, ...values }) => [name, values])),
        baseline,
        relativeMase: mase / baseline.mase,
        coverage: mean(own.map(({ low, high }, day) => (targets[day]! >= low && targets[day]! <= high ? 1 : 0))),
        width: mean(own.map(({ low, high }) => high - low)),
      };
    }),
  );
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
