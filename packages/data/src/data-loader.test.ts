import { keep, memory, type Tensor } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import { DataLoader, TensorDataset } from "./index.js";

const counting = (n: number) =>
  new TensorDataset({
    x: { data: Float32Array.from({ length: n * 2 }, (_, i) => i), shape: [n, 2] },
    y: Int32Array.from({ length: n }, (_, i) => i),
  });
const labels = (batches: Iterable<{ y: Tensor }>) => Array.from(batches, ({ y }) => [...y.dataSync()]);

describe("DataLoader", () => {
  test("hands out batches as tensors, the last one smaller", () => {
    const loader = new DataLoader(counting(5), { batchSize: 2 });
    const seen = Array.from(loader, ({ x, y }) => [x.shape, x.dtype, [...x.dataSync()], y.dtype, [...y.dataSync()]]);
    expect(seen).toEqual([
      [[2, 2], "f32", [0, 1, 2, 3], "i32", [0, 1]],
      [[2, 2], "f32", [4, 5, 6, 7], "i32", [2, 3]],
      [[1, 2], "f32", [8, 9], "i32", [4]],
    ]);
    expect(loader.length).toBe(3);
  });

  test("dropLast leaves the smaller batch out", () => {
    const loader = new DataLoader(counting(5), { batchSize: 2, dropLast: true });
    expect(labels(loader)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(loader.length).toBe(2);
  });

  test("shuffles anew in every epoch, and equally for equal seeds", () => {
    const loader = new DataLoader(counting(20), { batchSize: 20, shuffle: true, seed: 3 });
    const again = new DataLoader(counting(20), { batchSize: 20, shuffle: true, seed: 3 });
    const [first, second] = [labels(loader)[0]!, labels(loader)[0]!];
    expect(first).not.toEqual(second);
    expect(first.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    expect([labels(again)[0], labels(again)[0]]).toEqual([first, second]);
  });

  test("a batch dies when the loop goes on, ends or breaks; a kept tensor lives", () => {
    const before = memory().liveBytes;
    const all: Tensor[] = [];
    let kept: Tensor | undefined;
    for (const { x, y } of new DataLoader(counting(6), { batchSize: 2 })) {
      expect(all.every((tensor) => tensor.disposed)).toBe(true);
      all.push(x, y);
      kept ??= keep(new DataLoader(counting(2), { batchSize: 1 })[Symbol.iterator]().next().value!.y);
    }
    expect(all.every((tensor) => tensor.disposed)).toBe(true);
    let broken: Tensor | undefined;
    for (const { x } of new DataLoader(counting(6), { batchSize: 2 })) {
      broken = x;
      break;
    }
    expect(broken!.disposed).toBe(true);
    for (const { y } of new DataLoader(counting(4), { batchSize: 2 })) kept = keep(y);
    expect([...kept!.dataSync()]).toEqual([2, 3]);
    kept!.dispose();
    expect(memory().liveBytes).toBeLessThanOrEqual(before + 64);
  });
});
