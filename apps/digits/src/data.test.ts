import type { Dataset } from "@nn/data";
import { describe, expect, it } from "vitest";
import { type DigitSample, labelsOf, loadDigits, pixelsOf } from "./data.js";
import { defaults } from "./settings.js";

const countsOf = (dataset: Dataset<DigitSample>) => {
  const counts = new Array<number>(10).fill(0);
  for (const label of labelsOf(dataset)) counts[label]!++;
  return counts;
};
const imagesOf = (dataset: Dataset<DigitSample>) =>
  Array.from({ length: dataset.length }, (_, i) => Buffer.from(pixelsOf(dataset, i).buffer).toString("latin1"));

describe("loadDigits", async () => {
  const { train, heldBack } = await loadDigits(defaults);

  it("holds back 2,000 of 10,000, a fifth of each digit", () => {
    expect([train.length, heldBack.length]).toEqual([8000, 2000]);
    const all = countsOf(train).map((count, digit) => count + countsOf(heldBack)[digit]!);
    for (const [digit, count] of countsOf(heldBack).entries()) {
      expect(Math.abs(count - all[digit]! / 5)).toBeLessThan(1);
    }
    const images = new Set(imagesOf(train));
    expect(imagesOf(heldBack).filter((image) => images.has(image))).toEqual([]);
  });

  it("holds back the same digits whatever the seed", async () => {
    const other = await loadDigits({ ...defaults, seed: 2 });
    expect(imagesOf(other.heldBack)).toEqual(imagesOf(heldBack));
  });

  it("never touches the digits held back while settings are chosen", async () => {
    const tuning = await loadDigits({ ...defaults, tune: true });
    expect([tuning.train.length, tuning.heldBack.length]).toEqual([6000, 2000]);
    const forbidden = new Set(imagesOf(heldBack));
    const used = [...imagesOf(tuning.train), ...imagesOf(tuning.heldBack)];
    expect(used.filter((image) => forbidden.has(image))).toEqual([]);
  });

  it("takes fewer of all digits for a quick look", async () => {
    const few = await loadDigits({ ...defaults, digits: 100 });
    expect([few.train.length, few.heldBack.length]).toEqual([80, 20]);
    expect(Math.min(...countsOf(few.train))).toBeGreaterThan(5);
  });
});
