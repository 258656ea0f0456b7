import { keep, memory, type Tensor, tensor } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import { DataLoader, type Dataset, mapDataset, TensorDataset } from "./index.js";

/** Samples that are there when the test says so. */
function manual(n: number) {
  const asked: number[] = [];
  const answers = new Map<number, PromiseWithResolvers<{ y: number }>>();
  const dataset: Dataset<{ y: number }> = {
    length: n,
    get(index) {
      asked.push(index);
      let resolve!: (value: { y: number }) => void;
      let reject!: (error: Error) => void;
      const promise = new Promise<{ y: number }>((yes, no) => ([resolve, reject] = [yes, no]));
      answers.set(index, { promise, resolve, reject });
      return promise;
    },
  };
  return {
    dataset,
    asked,
    answer: (index: number) => answers.get(index)!.resolve({ y: index }),
    fail: (index: number, message: string) => answers.get(index)!.reject(new Error(message)),
  };
}

interface PromiseWithResolvers<T> {
  promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

const turn = () => new Promise((resolve) => setTimeout(resolve));

describe("prefetch", () => {
  test("asks for so many batches ahead, and no more", async () => {
    const { dataset, asked, answer } = manual(6);
    const loop = new DataLoader(dataset, { batchSize: 1, prefetch: 2 })[Symbol.asyncIterator]();
    const first = loop.next();
    await turn();
    expect(asked).toEqual([0, 1, 2]);
    answer(0);
    await first;
    await turn();
    expect(asked).toEqual([0, 1, 2]);
    const second = loop.next();
    await turn();
    expect(asked).toEqual([0, 1, 2, 3]);
    answer(1);
    await second;
    await loop.return?.();
  });

  test("keeps the order, whichever comes first", async () => {
    const { dataset, answer } = manual(3);
    const loader = new DataLoader(dataset, { batchSize: 1, prefetch: 2 });
    const seen: number[] = [];
    const done = (async () => {
      for await (const { y } of loader) seen.push(...y.dataSync());
    })();
    await turn();
    answer(2);
    answer(1);
    await turn();
    expect(seen).toEqual([]);
    answer(0);
    await done;
    expect(seen).toEqual([0, 1, 2]);
  });

  test("an error surfaces where its batch is due, not before", async () => {
    const { dataset, answer, fail } = manual(4);
    const loader = new DataLoader(dataset, { batchSize: 1, prefetch: 3 });
    const seen: number[] = [];
    const loop = (async () => {
      for await (const { y } of loader) seen.push(...y.dataSync());
    })();
    await turn();
    fail(2, "the third is broken");
    answer(3);
    await turn();
    answer(0);
    answer(1);
    await expect(loop).rejects.toThrow("the third is broken");
    expect(seen).toEqual([0, 1]);
  });

  test("a break stops it, and frees what comes later", async () => {
    const before = memory().liveBytes;
    const { dataset, asked, answer } = manual(9);
    const made: Tensor[] = [];
    const loader = new DataLoader(dataset, {
      batchSize: 1,
      prefetch: 2,
      collate: ([sample]) => {
        const y = keep(tensor([sample!.y]));
        made.push(y);
        return { y };
      },
    });
    const loop = (async () => {
      for await (const _ of loader) break;
    })();
    await turn();
    answer(0);
    await loop;
    answer(1);
    answer(2);
    await turn();
    expect(asked).toEqual([0, 1, 2]);
    expect(made.length).toBe(3);
    for (const y of made) y.dispose();
    expect(memory().liveBytes).toBe(before);
    expect(loader.state()).toMatchObject({ epoch: 0, batch: 1 });
  });

  test("state tells what was handed out, not what was asked for ahead", async () => {
    const slow = () => mapDataset(new TensorDataset({ y: Int32Array.of(0, 1, 2, 3, 4) }), async (sample) => sample);
    const make = () => new DataLoader(slow(), { batchSize: 1, shuffle: true, seed: 2, prefetch: 3 });
    const read = async (loader: ReturnType<typeof make>) => {
      const seen: number[] = [];
      for await (const { y } of loader) seen.push(...y.dataSync());
      return seen;
    };
    const whole = await read(make());
    const broken = make();
    for await (const _ of broken) if (broken.state().batch === 2) break;
    const resumed = make();
    resumed.restore(broken.state());
    expect(await read(resumed)).toEqual(whole.slice(2));
  });

  test("samples at hand are not asked for ahead", async () => {
    const asked: number[] = [];
    const dataset: Dataset<{ y: number }> = { length: 3, get: (y) => ({ y: asked.push(y) && y }) };
    for await (const _ of new DataLoader(dataset, { prefetch: 2 })) break;
    expect(asked).toEqual([0]);
  });

  test("a dataset that throws fails at its batch too", async () => {
    const dataset: Dataset<{ y: number }> = {
      length: 2,
      get(y) {
        if (y === 1) throw new Error("no such file");
        return { y };
      },
    };
    const seen: number[] = [];
    const loop = async () => {
      for await (const { y } of new DataLoader(dataset)) seen.push(...y.dataSync());
    };
    await expect(loop()).rejects.toThrow("no such file");
    expect(seen).toEqual([0]);
  });
});

test("a sample's stream is another one in every epoch, and the same after a resume", async () => {
  const numbers = new TensorDataset({ x: new Float32Array(4) });
  const noisy = mapDataset(numbers, (_sample, _i, { generator, epoch }) => ({
    x: generator.bits(1)[0]! / 2 ** 32,
    epoch,
  }));
  const make = () => new DataLoader(noisy, { batchSize: 2, shuffle: true, seed: 3 });
  const read = (loader: ReturnType<typeof make>) => Array.from(loader, ({ x }) => [...x.dataSync()]);
  const loader = make();
  const [first, second] = [read(loader), read(loader)];
  expect(new Set([...first.flat(), ...second.flat()]).size).toBe(8);
  const other = make();
  for (const _ of other) break;
  const rest = make();
  rest.restore(other.state());
  expect(read(rest)).toEqual(first.slice(1));
  expect(read(rest)).toEqual(second);
});
