import { Generator } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { forecastYear } from "./forecasts.js";
import { Forecaster } from "./model.js";
import { horizon, inputLength, loadBirths, prepare, startOf, windowsOver } from "./series.js";

const births = await loadBirths();

/** The same series, but for the days from one on, which are twice as many births. */
const changedFrom = (day: number) => births.map((value, i) => (i < day ? value : 2 * value));

describe("no leakage", { timeout: 30_000 }, () => {
  it("fits the scaler and cuts the training windows before the validation year", () => {
    const series = prepare(births, 1988);
    const other = prepare(changedFrom(startOf(1987)), 1988);
    expect(other.scaler.toJSON()).toEqual(series.scaler.toJSON());
    expect(other.train.length).toBe(series.train.length);
    const last = series.train.length - 1;
    expect(other.train.get(last)).toEqual(series.train.get(last));
    expect(series.past.length).toBe(startOf(1987));
    // A change of the past does show.
    expect(prepare(changedFrom(startOf(1986)), 1988).scaler.toJSON()).not.toEqual(series.scaler.toJSON());
  });

  it("ends the last training window with the last day of 1986", () => {
    const { scaler, train } = prepare(births, 1988);
    const { data, shape } = train.get(train.length - 1).y;
    const last = data[(horizon - 1) * shape![1]!]!;
    expect(last).toBeCloseTo(scaler.transform(new Float32Array([Math.log(births[startOf(1987) - 1]!)])).data[0]!, 5);
  });

  it("forecasts each day from what was known so many days before", async () => {
    const { scaler } = prepare(births, 1988);
    const model = new Forecaster({ hiddenSize: 4, generator: new Generator(0) });
    const day = 200;
    const known = startOf(1988) + day;
    const before = await forecastYear(model, births, scaler, 1988);
    // From this day on all is different; the last day known h days before is that of the day before it or earlier.
    const after = await forecastYear(model, changedFrom(known), scaler, 1988);
    for (const ahead of [1, 7, 28]) {
      for (let at = 0; at < day + ahead; at++) expect(after.at(at, ahead)).toEqual(before.at(at, ahead));
      expect(after.at(day + ahead, ahead).middle).not.toBe(before.at(day + ahead, ahead).middle);
    }
  });
});

describe("windowsOver", () => {
  it("has each day of the year at each distance", () => {
    const { scaler } = prepare(births, 1988);
    const windows = windowsOver(births, scaler, 1988);
    expect(windows.length).toBe(366 + horizon - 1);
    const logs = scaler.transform(births.map(Math.log)).data;
    for (const [day, ahead] of [
      [0, 1],
      [0, 28],
      [365, 1],
      [365, 28],
      [100, 7],
    ] as const) {
      const { x, y } = windows.get(day + horizon - ahead);
      const features = y.shape![1]!;
      expect(y.data[(ahead - 1) * features]).toBe(Math.fround(logs[startOf(1988) + day]!));
      const lastKnown = x.data[(inputLength - 1) * features];
      expect(lastKnown).toBe(Math.fround(logs[startOf(1988) + day - ahead]!));
    }
  });
});
