import { type HostArray, StandardScaler, WindowDataset } from "@nn/data";
import { loadUsBirths } from "@nn/data/node";
import { calendarFeatures, calendarSize, holidayNames, indexOf } from "./calendar.js";

/** Days that the net sees before it forecasts. */
export const inputLength = 56;
/** Days that it forecasts. */
export const horizon = 28;
/** Days between a day and the one of the year before on the same weekday. */
export const yearLag = 364;

/** Days to either side that a season is the mean of. */
const smoothing = 10;

/** Columns of births: the day's own, those of the year before, and the seasons of the last years, smoothed. */
export const levelColumns = 4;
/** Features of a day: its births and those of the years before, then its calendar. */
export const featureCount = levelColumns + 1 + calendarSize;

/** The years of a run. Nothing of the later ones is seen when something is chosen or fitted by the earlier ones. */
export interface Years {
  /** Held back: what is measured. */
  readonly test: number;
  /** The year before: intervals are fitted on it. */
  readonly validation: number;
}

/** Births by day, and what a net makes of them. */
export interface BirthSeries {
  /** Children born on each day since 1 January 1969. */
  readonly births: Float32Array;
  readonly years: Years;
  /** The days before the validation year. */
  readonly past: Float32Array;
  /** Of the logarithm of births, fitted on the past. */
  readonly scaler: StandardScaler;
  /** Windows to train on: all days before the validation year. */
  readonly train: WindowDataset;
}

/** Reads the series. */
export async function loadBirths(): Promise<Float32Array> {
  return (await loadUsBirths({ from: import.meta.url })).births;
}

/** The first day of a year, as an index. */
export function startOf(year: number): number {
  return indexOf(year, 1, 1);
}

/**
 * Fits the scaler on the days before the validation year and cuts the windows to train on.
 *
 * @param count years to train on, the latest; default: all that have two years before them
 */
export function prepare(births: Float32Array, test: number, count = Number.POSITIVE_INFINITY): BirthSeries {
  const years = { test, validation: test - 1 };
  const end = startOf(years.validation);
  const first = Math.max(2 * yearLag + smoothing, startOf(years.validation - Math.min(count, 100)));
  const past = births.slice(0, end);
  const scaler = StandardScaler.fit(past.map(Math.log));
  const train = new WindowDataset(featuresOf(past, scaler, first, end), { inputLength, horizon });
  return { births, years, scaler, past, train };
}

/**
 * Windows that forecast each day of a year from every distance of 1 to 28 days. What comes after the end of the
 * series is NaN, which the net does not look at.
 */
export function windowsOver(births: Float32Array, scaler: StandardScaler, year: number): WindowDataset {
  const from = startOf(year) - (horizon - 1) - inputLength;
  const to = startOf(year + 1) - 1 + horizon;
  return new WindowDataset(featuresOf(births, scaler, from, to), { inputLength, horizon });
}

/** `[days, features]` of the days from … to - 1. */
function featuresOf(births: Float32Array, scaler: StandardScaler, from: number, to: number): HostArray {
  const logs = scaler.transform(births.map(Math.log)).data;
  const data = new Float32Array((to - from) * featureCount);
  for (let day = from; day < to; day++) {
    const row = [
      logs[day] ?? Number.NaN,
      logs[day - yearLag]!,
      meanAround(logs, day - yearLag),
      meanAround(logs, day - 2 * yearLag),
      holidayNames(day - yearLag).length > 0 ? 1 : 0,
      ...calendarFeatures(day),
    ];
    data.set(row, (day - from) * featureCount);
  }
  return { data, shape: [to - from, featureCount] };
}

/** The mean of three weeks around a day: its season, without week and holidays. */
function meanAround(values: ArrayLike<number>, day: number): number {
  let sum = 0;
  for (let i = day - smoothing; i <= day + smoothing; i++) sum += values[i]!;
  return sum / (2 * smoothing + 1);
}
