import { yearLag } from "./series.js";

/** A forecast that repeats what was a season before. */
export interface NaiveForecast {
  readonly name: string;
  /** What it says of a day so many days ahead of the last one known. */
  at(births: ArrayLike<number>, day: number, ahead: number): number;
}

/** The last known day of the same weekday. */
const weekly: NaiveForecast = {
  name: "weekly naive",
  at: (births, day, ahead) => births[day - 7 * Math.ceil(ahead / 7)]!,
};

/** The same weekday of the year before, 364 days ago; 365 days ago would be another weekday and much worse. */
const yearly: NaiveForecast = {
  name: "yearly naive",
  at: (births, day) => births[day - yearLag]!,
};

/** The forecasts that the net is compared with. */
export const naiveForecasts = [weekly, yearly] as const;
