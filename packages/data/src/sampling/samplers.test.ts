import { Generator, type Tensor } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import {
  batchSampler,
  bucketBatchSampler,
  DataLoader,
  randomSampler,
  sequentialSampler,
  stratifiedBatchSampler,
  subsetRandomSampler,
  TensorDataset,
  weightedRandomSampler,
} from "../index.js";

const sorted = (list: ArrayLike<number>) => Array.from(list).sort((a, b) => a - b);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe("randomSampler", () => {
  test("gives each index once, anew for every stream", () => {
    const sampler = randomSampler(10);
    const first = sampler.indices(new Generator(1));
    expect(sorted(first)).toEqual(range(10));
    expect(sampler.indices(new Generator(1))).toEqual(first);
    expect(sampler.indices(new Generator(2))).not.toEqual(first);
  });
  test("more samples than there are: whole orders, then a part of one", () => {
    const drawn = randomSampler(4, { numSamples: 10 }).indices(new Generator(1));
    expect(drawn.length).toBe(10);
    expect([sorted(drawn.subarray(0, 4)), sorted(drawn.subarray(4, 8))]).toEqual([range(4), range(4)]);
    expect(new Set(drawn.subarray(8)).size).toBe(2);
  });
  test("with replacement each is about as frequent", () => {
    const drawn = randomSampler(5, { replacement: true, numSamples: 10_000 }).indices(new Generator(1));
    for (const i of range(5)) {
      expect(Math.abs(drawn.filter((index) => index === i).length - 2000)).toBeLessThan(4 * Math.sqrt(1600));
    }
  });
});

describe("weightedRandomSampler", () => {
  const weights = [1, 0, 2, 5];
  test("with replacement draws in proportion to the weights", () => {
    const drawn = weightedRandomSampler(weights, { numSamples: 8000 }).indices(new Generator(5));
    const counts = range(4).map((i) => drawn.filter((index) => index === i).length);
    expect(counts[1]).toBe(0);
    for (const [i, weight] of weights.entries()) {
      const deviation = Math.sqrt(8000 * (weight / 8) * (1 - weight / 8));
      expect(Math.abs(counts[i]! - 1000 * weight)).toBeLessThanOrEqual(4 * deviation);
    }
  });
  test("without replacement each comes once, heavy ones first", () => {
    const sampler = weightedRandomSampler(weights, { numSamples: 3, replacement: false });
    const firsts = new Map<number, number>();
    for (let seed = 0; seed < 4000; seed++) {
      const drawn = sampler.indices(new Generator(seed));
      if (seed === 0) expect(sorted(drawn)).toEqual([0, 2, 3]);
      firsts.set(drawn[0]!, (firsts.get(drawn[0]!) ?? 0) + 1);
    }
    for (const [i, weight] of [
      [0, 1],
      [2, 2],
      [3, 5],
    ] as const) {
      const deviation = Math.sqrt(4000 * (weight / 8) * (1 - weight / 8));
      expect(Math.abs(firsts.get(i)! - 500 * weight)).toBeLessThan(4 * deviation);
    }
  });
  test.each<[string, () => unknown, RegExp]>([
    ["a negative weight", () => weightedRandomSampler([1, -1]), /weights\[1\] = -1/],
    ["nothing to draw", () => weightedRandomSampler([0, 0]), /no weight is positive/],
    ["too little", () => weightedRandomSampler([1, 0], { replacement: false }), /2 for draws[^]*got 1/],
  ])("refuses %s", (_, make, message) => expect(make).toThrow(message));
});

test("stratifiedBatchSampler gives every batch its share of every label", () => {
  const labels = Int32Array.from({ length: 120 }, (_, i) => (i < 12 ? 2 : i < 48 ? 7 : 0));
  const sampler = stratifiedBatchSampler(labels, { batchSize: 20 });
  const batches = sampler.batches(new Generator(1));
  expect(sampler.length).toBe(6);
  expect(sorted(batches.flatMap((batch) => [...batch]))).toEqual(range(120));
  for (const batch of batches) {
    for (const [label, share] of [
      [2, 2],
      [7, 6],
      [0, 12],
    ] as const) {
      const count = batch.filter((index) => labels[index] === label).length;
      expect(Math.abs(count - share)).toBeLessThanOrEqual(1);
    }
  }
  expect(sampler.batches(new Generator(2))).not.toEqual(batches);
  expect(sampler.batches(new Generator(1))).toEqual(batches);
});

describe("bucketBatchSampler", () => {
  const lengths = Int32Array.from({ length: 1000 }, (_, i) => ((i * 7919) % 100) + 1);
  const padding = (batches: readonly Int32Array[]) => {
    let padded = 0;
    for (const batch of batches) {
      const longest = Math.max(...batch.map((i) => lengths[i]!));
      for (const i of batch) padded += longest - lengths[i]!;
    }
    return padded;
  };
  test("pads far less than a random order", () => {
    const bucketed = bucketBatchSampler(lengths, { batchSize: 16 }).batches(new Generator(0));
    const random = batchSampler(randomSampler(1000), { batchSize: 16 }).batches(new Generator(0));
    expect(sorted(bucketed.flatMap((batch) => [...batch]))).toEqual(range(1000));
    expect(bucketed.length).toBe(63);
    expect(padding(bucketed)).toBeLessThan(0.05 * padding(random));
  });
  test("batches do not come by length", () => {
    const batches = bucketBatchSampler(lengths, { batchSize: 16 }).batches(new Generator(0));
    const firsts = batches.map((batch) => lengths[batch[0]!]!);
    expect(firsts).not.toEqual(sorted(firsts));
  });
  test("dropLast leaves out some, not the longest", () => {
    const sampler = bucketBatchSampler(lengths, { batchSize: 300, dropLast: true, poolSize: 2 });
    const missing = (seed: number) => {
      const taken = new Set(sampler.batches(new Generator(seed)).flatMap((batch) => [...batch]));
      return range(1000).filter((i) => !taken.has(i));
    };
    expect(sampler.length).toBe(3);
    expect([missing(0).length, missing(1).length]).toEqual([100, 100]);
    expect(missing(0)).not.toEqual(missing(1));
  });
});

describe("in a loader", () => {
  const dataset = new TensorDataset({ y: Int32Array.from(range(10)) });
  const read = (loader: Iterable<{ y: Tensor }>) => Array.from(loader, ({ y }) => [...y.dataSync()]);

  test("a sampler decides the order", () => {
    expect(read(new DataLoader(dataset, { batchSize: 4, sampler: sequentialSampler(6) }))).toEqual([
      [0, 1, 2, 3],
      [4, 5],
    ]);
    const loader = new DataLoader(dataset, { batchSize: 2, sampler: subsetRandomSampler([1, 5, 7]), seed: 1 });
    expect(sorted(read(loader).flat())).toEqual([1, 5, 7]);
    expect(loader.length).toBe(2);
  });
  test("a batch sampler decides the batches, and a resumed loader gets the same", () => {
    const make = () =>
      new DataLoader(dataset, { batchSampler: bucketBatchSampler(range(10), { batchSize: 3 }), seed: 4 });
    const whole = make();
    const [first, second] = [read(whole), read(whole)];
    expect(sorted(first.flat())).toEqual(range(10));
    expect(second).not.toEqual(first);
    const resumed = make();
    resumed.restore({ ...make().state(), batch: 2 });
    expect([read(resumed), read(resumed)]).toEqual([first.slice(2), second]);
  });
  test.each<[string, () => unknown, RegExp]>([
    [
      "two deciders",
      () => new DataLoader(dataset, { shuffle: true, sampler: sequentialSampler(3) }),
      /sampler already decides what shuffle would/,
    ],
    [
      "a batch size beside a batch sampler",
      () =>
        new DataLoader(dataset, { batchSize: 2, batchSampler: batchSampler(sequentialSampler(3), { batchSize: 3 }) }),
      /batchSampler already decides what batchSize would/,
    ],
    ["a sampler of more", () => read(new DataLoader(dataset, { sampler: sequentialSampler(11) })), /0 to 9 +got 10/],
    ["no count ahead", () => new DataLoader(dataset, { prefetch: -1 }), /prefetch is no count[^]*-1/],
    [
      "a batch sampler that miscounts",
      () => read(new DataLoader(dataset, { batchSampler: { length: 2, batches: () => [Int32Array.of(1)] } })),
      /2 batches +got 1/,
    ],
  ])("refuses %s", (_, make, message) => expect(make).toThrow(message));
});
