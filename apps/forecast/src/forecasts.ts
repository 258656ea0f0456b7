import { DataLoader, type StandardScaler } from "@nn/data";
import { predictAll } from "@nn/train";
import { type Forecaster, quantiles } from "./model.js";
import { horizon, startOf, windowsOver } from "./series.js";

/** What the net says of a day. */
export interface DayForecast {
  readonly low: number;
  readonly middle: number;
  readonly high: number;
}

/** Forecasts of each day of a year, from 1 to 28 days before, in births. */
export class YearForecasts {
  /** @param values by origin, days ahead and quantile */
  constructor(
    readonly year: number,
    private readonly values: ArrayLike<number>,
  ) {}

  get days(): number {
    return startOf(this.year + 1) - startOf(this.year);
  }

  /** @param day of the year, from 0 @param ahead days from the last one known, 1 to 28 */
  at(day: number, ahead: number): DayForecast {
    // The first window forecasts the first day of the year as the last of its days.
    const at = ((day + horizon - ahead) * horizon + ahead - 1) * quantiles.length;
    return { low: this.values[at]!, middle: this.values[at + 1]!, high: this.values[at + 2]! };
  }
}

/** Rolls the origin through a year: a new forecast after every day, each from what was known then. */
export async function forecastYear(
  model: Forecaster,
  births: Float32Array,
  scaler: StandardScaler,
  year: number,
): Promise<YearForecasts> {
  const windows = windowsOver(births, scaler, year);
  const loader = new DataLoader(windows, { batchSize: 64 });
  const output = await predictAll(model, loader, (forecaster, { x, y }) => forecaster.forward(x, y));
  const logs = await output.data();
  output.dispose();
  return new YearForecasts(year, scaler.inverseTransform(Float32Array.from(logs)).data.map(Math.exp));
}
