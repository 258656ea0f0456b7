import { keep, memory, type Tensor } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import { DataLoader, type DataLoaderState, type Dataset, mapDataset, normalize, TensorDataset } from "./index.js";

const counting = (n: number) =>
  new TensorDataset({
    x: { data: Float32Array.from({ length: n * 2 }, (_, i) => i), shape: [n, 2] },
    y: Int32Array.from({ length: n }, (_, i) => i),
  });
const labels = (batches: Iterable<{ y: Tensor }>) => Array.from(batches, ({ y }) => [...y.dataSync()]);

describe("batches", () => {
  test("come as tensors, the last one smaller", () => {
    const loader = new DataLoader(counting(5), { batchSize: 2 });
    const seen = Array.from(loader, ({ x, y }) => [x.shape, x.dtype, [...x.dataSync()], y.dtype, [...y.dataSync()]]);
    expect(seen).toEqual([
      [[2, 2], "f32", [0, 1, 2, 3], "i32", [0, 1]],
      [[2, 2], "f32", [4, 5, 6, 7], "i32", [2, 3]],
      [[1, 2], "f32", [8, 9], "i32", [4]],
    ]);
    expect(loader.length).toBe(3);
  });

  test("dropLast leaves the smaller one out", () => {
    const loader = new DataLoader(counting(5), { batchSize: 2, dropLast: true });
    expect(labels(loader)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(loader.length).toBe(2);
  });

  test("die when the loop goes on, ends, breaks or throws", () => {
    const before = memory().liveBytes;
    const all: Tensor[] = [];
    for (const { x, y } of new DataLoader(counting(6), { batchSize: 2 })) {
      expect(all.every((tensor) => tensor.disposed)).toBe(true);
      all.push(x, y);
    }
    for (const { x } of new DataLoader(counting(6), { batchSize: 2 })) {
      all.push(x);
      break;
    }
    const fails = () => {
      for (const { y } of new DataLoader(counting(6), { batchSize: 2 })) throw new Error(String(all.push(y)));
    };
    expect(fails).toThrow();
    expect(all.map((tensor) => tensor.disposed)).not.toContain(false);
    expect(memory().liveBytes).toBe(before);
  });

  test("leave what was kept alive", () => {
    const kept: Tensor[] = [];
    for (const { y } of new DataLoader(counting(4), { batchSize: 2 })) kept.push(keep(y));
    expect(kept.map((y) => [...y.dataSync()])).toEqual([
      [0, 1],
      [2, 3],
    ]);
    for (const y of kept) y.dispose();
  });

  test("go through a transform on the backend, whose leftovers are freed", () => {
    const before = memory().liveBytes;
    const loader = new DataLoader(counting(2), {
      batchSize: 2,
      transform: ({ x, y }) => ({ image: normalize(x, { mean: [1, 2], std: [1, 2] }).add(0.5), y }),
    });
    for (const { image, y } of loader) {
      expect([...image.dataSync()]).toEqual([-0.5, 0, 1.5, 1]);
      expect(y.disposed).toBe(false);
      expect(memory().liveBytes - before).toBeLessThanOrEqual(4 * 4 + 2 * 4 + 8);
    }
  });

  test("are made by a collate of one's own", () => {
    const words: Dataset<number[]> = { length: 2, get: (i) => (i === 0 ? [1, 2, 3] : [4]) };
    const loader = new DataLoader(words, {
      batchSize: 2,
      collate: (samples) => ({
        tokens: { data: Int32Array.from(samples.flatMap(([a, b = 0, c = 0]) => [a!, b, c])), shape: [2, 3] },
        lengths: { data: Int32Array.from(samples, (sample) => sample.length) },
      }),
    });
    for (const { tokens, lengths } of loader) {
      expect([...tokens.dataSync()]).toEqual([1, 2, 3, 4, 0, 0]);
      expect([...lengths.dataSync()]).toEqual([3, 1]);
    }
  });

  test("come by for await where samples are promises", async () => {
    const slow = mapDataset(counting(3), async ({ y }) => ({ y }));
    const seen: number[][] = [];
    for await (const { y } of new DataLoader(slow, { batchSize: 2 })) seen.push([...y.dataSync()]);
    expect(seen).toEqual([[0, 1], [2]]);
    expect(() => labels(new DataLoader(slow, { batchSize: 2 }))).toThrow(/promises[^]*for await/);
  });
});

describe("order", () => {
  test("is anew in every epoch, and equal for equal seeds", () => {
    const make = (seed: number) => new DataLoader(counting(20), { batchSize: 20, shuffle: true, seed });
    const [a, b] = [make(3), make(3)];
    const [first, second] = [labels(a)[0]!, labels(a)[0]!];
    expect(first).not.toEqual(second);
    expect(first.toSorted((x, y) => x - y)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect([labels(b)[0], labels(b)[0]]).toEqual([first, second]);
    expect(labels(make(4))[0]).not.toEqual(first);
  });

  test("after a break, the next loop is the next epoch", () => {
    const make = () => new DataLoader(counting(20), { batchSize: 5, shuffle: true, seed: 1 });
    const [whole, broken] = [make(), make()];
    labels(whole);
    for (const _ of broken) break;
    expect(broken.state()).toMatchObject({ epoch: 0, batch: 1 });
    expect(labels(broken)).toEqual(labels(whole));
    expect(broken.epoch).toBe(2);
  });
});

describe("resuming", () => {
  // A transform that draws: the numbers must be the same after a resume too.
  const make = (seed: number) =>
    new DataLoader(counting(10), {
      batchSize: 3,
      shuffle: true,
      seed,
      transform: ({ x, y }, { generator }) => ({ x: x.add(generator.uniform(x.shape)), y }),
    });
  const read = ({ x, y }: { x: Tensor; y: Tensor }) => [...x.dataSync(), ...y.dataSync()];

  test.each([0, 1, 3, 4])("after %i batches of the second epoch gives exactly the rest", (stop) => {
    const uninterrupted = make(5);
    Array.from(uninterrupted, read);
    const rest: number[][] = [];
    let saved: DataLoaderState = uninterrupted.state();
    let seen = 0;
    for (const batch of uninterrupted) {
      if (++seen <= stop) saved = uninterrupted.state();
      else rest.push(read(batch));
    }
    const third = Array.from(uninterrupted, read);

    const resumed = make(99);
    resumed.restore(JSON.parse(JSON.stringify(saved)) as DataLoaderState);
    expect(Array.from(resumed, read)).toEqual(rest);
    expect(Array.from(resumed, read)).toEqual(third);
  });

  test("refuses a state of another size", () => {
    expect(() => make(0).restore({ ...make(0).state(), batch: 5 })).toThrow(/batch from 0 to 4[^]*batch 5/);
  });
});

test.each<[string, () => unknown, RegExp]>([
  ["batch size 0", () => new DataLoader(counting(2), { batchSize: 0 }), /batch size is no positive integer[^]*0/],
  ["nothing", () => new DataLoader(counting(0), { batchSize: 2 }), /0 samples[^]*with samples/],
  ["too little", () => new DataLoader(counting(2), { batchSize: 3, dropLast: true }), /2 samples[^]*dropLast/],
])("%s is refused", (_, make, message) => {
  expect(make).toThrow(message);
});
