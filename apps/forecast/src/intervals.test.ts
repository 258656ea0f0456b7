import { Generator } from "@nn/tensor";
import { expect, it } from "vitest";
import { YearForecasts } from "./forecasts.js";
import { conformalQuantile, fitMargins, widened } from "./intervals.js";
import { measure } from "./measure.js";
import { horizon, loadBirths, startOf } from "./series.js";

it("takes the value that a new one stays below", () => {
  const values = Array.from({ length: 99 }, (_, i) => 99 - i);
  expect(conformalQuantile(values, 0.9)).toBe(90);
  expect(conformalQuantile([3, 1, 2], 0.9)).toBe(3);
});

it("never leaves the middle outside", () => {
  expect(widened({ low: 5, middle: 7, high: 8 }, 2)).toEqual({ low: 3, middle: 7, high: 10 });
  expect(widened({ low: 5, middle: 7, high: 8 }, -4)).toEqual({ low: 7, middle: 7, high: 7 });
});

it("makes intervals of any width hold 90 % of such days, and measures forecasts beside naive ones", async () => {
  const births = await loadBirths();
  const said = (year: number) => {
    const days = startOf(year + 1) - startOf(year);
    const noise = new Generator(year).normal([days + horizon]).dataSync();
    // Each window says of every day the truth and an error of that day, with an interval that is far too narrow.
    const values = Array.from({ length: days + horizon - 1 }, (_, window) =>
      Array.from({ length: horizon }, (_, i) => {
        const day = startOf(year) + window - (horizon - 1) + i;
        const middle = births[day]! + 100 * noise[Math.max(0, day - startOf(year))]!;
        return [middle - 10, middle, middle + 10];
      }),
    );
    return new YearForecasts(year, values.flat(2));
  };
  const margins = fitMargins(births, said(1987));
  const [first] = await measure(births, said(1988), margins, births.slice(0, startOf(1987)));
  expect(first!.coverage).toBeGreaterThan(0.85);
  expect(first!.coverage).toBeLessThan(0.95);
  expect(first!.mae).toBeGreaterThan(60);
  expect(first!.mae).toBeLessThan(100);
  // The figures of the data, computed apart.
  expect(first!.naive["weekly naive"]!.mae).toBeCloseTo(328, 0);
  expect(first!.naive["yearly naive"]!.mae).toBeCloseTo(371, 0);
  expect(first!.baseline.name).toBe("weekly naive");
  expect(first!.relativeMase).toBeCloseTo(first!.mae / first!.baseline.mae, 6);
});
