import { loadUsBirths } from "@nn/data/node";
import { expect, it } from "vitest";
import { calendarFeatures, calendarSize, dayAt, holidayNames, indexOf } from "./calendar.js";

it("is the calendar of the series", async () => {
  const { year, month, dayOfMonth, dayOfWeek, length } = await loadUsBirths({ from: import.meta.url });
  for (let i = 0; i < length; i++) {
    const day = dayAt(i);
    expect([day.year, day.month, day.dayOfMonth, day.dayOfWeek]).toEqual([
      year[i],
      month[i],
      dayOfMonth[i],
      dayOfWeek[i],
    ]);
  }
});

it.each([
  [1988, 11, 24, "Thanksgiving"],
  [1970, 11, 26, "Thanksgiving"],
  [1988, 11, 26, "Saturday after Thanksgiving"],
  [1988, 9, 5, "Labor Day"],
  [1986, 9, 1, "Labor Day"],
  [1986, 9, 2, "day after Labor Day"],
  [1988, 5, 30, "Memorial Day"],
  [1976, 5, 31, "Memorial Day"],
  [1970, 5, 30, "Memorial Day"],
  [1988, 2, 15, "Presidents' Day"],
  [1970, 2, 22, "Presidents' Day"],
  [1988, 10, 10, "Columbus Day"],
  [1988, 12, 25, "Christmas Day"],
])("knows that %d-%d-%d is %s", (year, month, dayOfMonth, name) => {
  expect(holidayNames(indexOf(year, month, dayOfMonth))).toContain(name);
});

it("finds no special day in the middle of April", () => {
  expect(holidayNames(indexOf(1988, 4, 20))).toEqual([]);
  expect(calendarFeatures(0)).toHaveLength(calendarSize);
});
