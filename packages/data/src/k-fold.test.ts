import { describe, expect, test } from "vitest";
import { type Dataset, kFold, TensorDataset } from "./index.js";

const numbers = (n: number) => new TensorDataset({ x: Int32Array.from({ length: n }, (_, i) => i) });
const all = (dataset: Dataset<{ x: { data: ArrayLike<number> } }>) => [
  ...(dataset.gather!(Int32Array.from({ length: dataset.length }, (_, i) => i)).x.data as Int32Array),
];
const sorted = (list: readonly number[]) => list.toSorted((a, b) => a - b);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

test("every sample is held back once", () => {
  const folds = kFold(numbers(11), 4, { seed: 1 });
  expect(folds.map(({ validation }) => validation.length)).toEqual([3, 3, 3, 2]);
  expect(sorted(folds.flatMap(({ validation }) => all(validation)))).toEqual(range(11));
  for (const { train, validation } of folds) expect(sorted([...all(train), ...all(validation)])).toEqual(range(11));
  expect(kFold(numbers(11), 4, { seed: 1 }).map(({ train }) => all(train))).toEqual(
    folds.map(({ train }) => all(train)),
  );
  expect(all(kFold(numbers(11), 4, { seed: 2 })[0]!.validation)).not.toEqual(all(folds[0]!.validation));
});

test("without shuffling they are stretches, as in scikit-learn", () => {
  const held = kFold(numbers(5), 3, { shuffle: false }).map(({ validation }) => all(validation));
  expect(held).toEqual([[0, 1], [2, 3], [4]]);
});

test("stratified: every fold has its share of every label", () => {
  const labels = range(31).map((i) => (i < 16 ? 3 : i < 27 ? 1 : 8));
  const folds = kFold(numbers(31), 5, { seed: 3, stratify: labels });
  expect(sorted(folds.flatMap(({ validation }) => all(validation)))).toEqual(range(31));
  for (const { validation } of folds) {
    expect([6, 7]).toContain(validation.length);
    for (const [label, count] of [
      [3, 16],
      [1, 11],
      [8, 4],
    ] as const) {
      const here = all(validation).filter((i) => labels[i] === label).length;
      expect(Math.abs(here - count / 5)).toBeLessThan(1);
    }
  }
});

test("grouped: no group is cut, and the folds are about equal", () => {
  const groups = range(40).map((i) => Math.floor(Math.sqrt(i)));
  const folds = kFold(numbers(40), 3, { seed: 4, groups });
  const of = (dataset: Parameters<typeof all>[0]) => new Set(all(dataset).map((i) => groups[i]!));
  for (const { train, validation } of folds) {
    expect([...of(train)].filter((group) => of(validation).has(group))).toEqual([]);
    expect(Math.abs(validation.length - 40 / 3)).toBeLessThan(3);
  }
});

describe("refuses", () => {
  test.each<[string, () => unknown, RegExp]>([
    ["one fold", () => kFold(numbers(3), 1), /from 2 on +got 1/],
    ["too many folds", () => kFold(numbers(3), 4), /4 samples or more +got 3/],
    ["too few groups", () => kFold(numbers(3), 3, { groups: [0, 0, 1] }), /3 groups or more +got 2/],
    ["missing labels", () => kFold(numbers(3), 2, { stratify: [0] }), /3 entries +got 1/],
    ["both", () => kFold(numbers(2), 2, { stratify: [0, 1], groups: [0, 1] }), /either stratified or grouped/],
  ])("%s", (_, make, message) => expect(make).toThrow(message));
});
