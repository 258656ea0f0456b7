import { tensor } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import { collate, type Dataset, normalize, split, subset, TensorDataset } from "./index.js";

const numbers = (n: number) => new TensorDataset({ x: Int32Array.from({ length: n }, (_, i) => i) });
const all = (dataset: Dataset<{ x: { data: ArrayLike<number> } }>) => [
  ...(dataset.gather!(Int32Array.from({ length: dataset.length }, (_, i) => i)).x.data as Int32Array),
];

describe("TensorDataset", () => {
  test("gives rows, and gathers them in any order", () => {
    const bytes = new TensorDataset({ x: { data: new Uint8Array([0, 1, 2, 255, 4, 5]), shape: [3, 2] } });
    expect(bytes.get(1).x).toEqual({ data: new Uint8Array([2, 255]), shape: [2], dtype: "f32" });
    // Bytes become f32 as in `tensor`.
    expect(bytes.gather(Int32Array.of(2, 1, 2)).x).toEqual({
      data: new Float32Array([4, 5, 2, 255, 4, 5]),
      shape: [3, 2],
      dtype: "f32",
    });
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      "other lengths",
      () => new TensorDataset({ x: new Float32Array(3), y: new Int32Array(2) }),
      /x +3 rows[^]*y +2 rows/,
    ],
    [
      "a wrong shape",
      () => new TensorDataset({ x: { data: new Float32Array(5), shape: [2, 3] } }),
      /6 elements[^]*5 elements/,
    ],
    ["a list", () => new TensorDataset({ x: [1, 2] as never }), /"x" is no host array[^]*Float32Array/],
    ["nothing", () => new TensorDataset({}), /first dimension/],
    ["a scalar", () => new TensorDataset({ x: { data: new Float32Array(1), shape: [] } }), /x +no dimension/],
  ])("refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe("subset", () => {
  test("chooses, also of a subset", () => {
    expect(all(subset(subset(numbers(5), [4, 2, 0]), [2, 0]))).toEqual([0, 4]);
  });
  test("refuses an index out of range", () => {
    expect(() => subset(numbers(3), [0, 3])).toThrow(/from 0 to 2 +got 3/);
    expect(() => subset(numbers(3), [0.5])).toThrow(/got 0\.5/);
  });
});

describe("split", () => {
  test("by fractions or counts, at random, without overlap", () => {
    const [train, valid, rest] = split(numbers(10), [0.7, 0.2, 0.1], { seed: 1 });
    expect([train.length, valid.length, rest.length]).toEqual([7, 2, 1]);
    expect([...all(train), ...all(valid), ...all(rest)].sort((a, b) => a - b)).toEqual(all(numbers(10)));
    expect(all(split(numbers(10), [7, 3], { seed: 1 })[0])).toEqual(all(train));
    expect(all(split(numbers(10), [7, 3], { seed: 2 })[0])).not.toEqual(all(train));
  });

  test("stratified: every part has its share of every label", () => {
    const labels = Int32Array.from({ length: 103 }, (_, i) => (i < 60 ? 2 : i < 90 ? 0 : 1));
    const parts = split(numbers(103), [0.8, 0.2], { seed: 3, stratify: labels });
    expect(parts.map((part) => part.length)).toEqual([82, 21]);
    for (const [i, share] of [0.8, 0.2].entries()) {
      const chosen = all(parts[i]!).map((index) => labels[index]!);
      for (const [label, count] of [
        [2, 60],
        [0, 30],
        [1, 13],
      ] as const) {
        expect(Math.abs(chosen.filter((value) => value === label).length - count * share)).toBeLessThan(1.5);
      }
      // Mixed, not one label after another.
      expect(chosen).not.toEqual(chosen.toSorted((a, b) => a - b));
    }
    expect(new Set(parts.flatMap(all)).size).toBe(103);
  });

  test.each<[string, readonly number[]]>([
    ["too little", [0.5, 0.4]],
    ["too much", [8, 3]],
    ["negative", [1.5, -0.5]],
    ["none", []],
  ])("refuses parts that do not add up: %s", (_, parts) => {
    expect(() => split(numbers(10), parts)).toThrow(/add up/);
  });
});

describe("collate", () => {
  test("stacks numbers, booleans and arrays", () => {
    const sample = (i: number) => ({ n: i, b: i > 0, v: { data: Int32Array.of(i, i), shape: [1, 2] } });
    expect(collate([sample(0), sample(1)])).toEqual({
      n: { data: new Float32Array([0, 1]), shape: [2], dtype: "f32" },
      b: { data: new Uint8Array([0, 1]), shape: [2], dtype: "bool" },
      v: { data: new Int32Array([0, 0, 1, 1]), shape: [2, 1, 2], dtype: "i32" },
    });
  });
  test("names the sample that differs", () => {
    expect(() => collate([{ x: new Float32Array(2) }, { x: new Float32Array(3) }])).toThrow(
      /sample 0 +f32 \[2\][^]*sample 1 +f32 \[3\][^]*pads/,
    );
    expect(() => collate([1, 2])).toThrow(/no record/);
  });
});

test("normalize refuses channels that do not match", () => {
  expect(() => normalize(tensor([[1, 2]]), { mean: [1, 2, 3], std: 1 })).toThrow(/2 numbers for axis 1 +got 3/);
  expect(() => normalize(tensor([[1, 2]]), { mean: 0, std: [1, 0] })).toThrow(/not positive/);
});
