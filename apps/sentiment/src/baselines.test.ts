import { Generator } from "@nn/tensor";
import { expect, it } from "vitest";
import { baselines, classifyNaively } from "./baselines.js";
import { foldsOf, readSentences } from "./data.js";

it.each(baselines)("$name learns from the sentences that it is given", async (baseline) => {
  const [fold] = foldsOf(await readSentences(600), 5, new Generator(2));
  const { train, rest } = fold!;
  const agreement = (said: readonly number[]) => rest.filter(({ label }, i) => label === said[i]).length / rest.length;
  expect(agreement(classifyNaively(baseline, train, rest))).toBeGreaterThan(0.65);
  const swapped = train.map((one) => ({ ...one, label: 1 - one.label }));
  expect(agreement(classifyNaively(baseline, swapped, rest))).toBeLessThan(0.35);
});
