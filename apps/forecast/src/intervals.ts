import type { DayForecast, YearForecasts } from "./forecasts.js";
import { horizon, startOf } from "./series.js";

/** Part of the days that intervals shall hold. */
export const coverage = 0.9;

/**
 * By how many births intervals must be widened at either end, for each distance of 1 to 28 days: conformalized quantile
 * regression (Romano, Patterson and Candès, 2019) on a year that the net was not trained on. Below 0 they are narrowed.
 */
export function fitMargins(births: ArrayLike<number>, forecasts: YearForecasts): number[] {
  const start = startOf(forecasts.year);
  return Array.from({ length: horizon }, (_, i) => {
    const misses = Array.from({ length: forecasts.days }, (_, day) => {
      const { low, high } = forecasts.at(day, i + 1);
      const truth = births[start + day]!;
      return Math.max(low - truth, truth - high);
    });
    return conformalQuantile(misses, coverage);
  });
}

/** The value that a new one of the same kind stays below with such a probability, at least. */
export function conformalQuantile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length, Math.ceil((sorted.length + 1) * part)) - 1]!;
}

/** A forecast with its interval widened, which still holds the middle. */
export function widened({ low, middle, high }: DayForecast, margin: number): DayForecast {
  return { low: Math.min(middle, low - margin), middle, high: Math.max(middle, high + margin) };
}
