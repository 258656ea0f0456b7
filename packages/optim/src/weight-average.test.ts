import { fusedCpu } from "@nn/backend-cpu/fused";
import { Buffer, memory, moveTo, Parameter, tensor, valueAndGrad } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import { EMA, SGD, SWA, WeightAverage } from "./index.js";

function makeModel(values: number[] = [1, 2]) {
  return {
    weight: new Parameter(tensor(values)),
    mean: new Buffer(tensor([4])),
    count: new Buffer(tensor([0], { dtype: "i32" })),
  };
}
const read = (tensor: { dataSync(): ArrayLike<number> }) => Array.from(tensor.dataSync());

describe("averages of weights", () => {
  test("SWA is the mean, the first update included", () => {
    const model = makeModel();
    const swa = new SWA(model);
    for (const value of [1, 2, 9]) {
      model.weight.assign(tensor([value, -value]));
      swa.update();
    }
    expect(swa.updates).toBe(3);
    expect(swa.with(() => read(model.weight))).toEqual([4, -4]);
    expect(read(model.weight)).toEqual([9, -9]);
  });

  test("EMA with warm-up takes more at first", () => {
    const model = makeModel([0, 0]);
    const ema = new EMA(model, { decay: 0.999, warmup: true });
    ema.update();
    model.weight.assign(tensor([11, 22]));
    ema.update();
    // min(0.999, 2 / 11) is kept.
    expect(ema.with(() => read(model.weight))).toEqual([9, 18]);
  });

  test("buffers are averaged on demand, counters copied", () => {
    const model = makeModel();
    const [plain, all] = [new SWA(model), new SWA(model, { useBuffers: true })];
    for (const value of [2, 6]) {
      model.mean.assign(tensor([value]));
      model.count.assign(tensor([value], { dtype: "i32" }));
      plain.update();
      all.update();
    }
    expect(plain.with(() => read(model.mean))).toEqual([6]);
    expect(all.with(() => [read(model.mean), read(model.count)])).toEqual([[4], [6]]);
    expect(read(model.mean)).toEqual([6]);
  });

  test("training goes on after restore as if nothing had been", () => {
    const [first, second] = [makeModel(), makeModel()];
    const step = (model: ReturnType<typeof makeModel>, optimizer: SGD) =>
      optimizer.step(valueAndGrad(model, () => model.weight.square().sum()).grads);
    const [a, b] = [new SGD(first, { lr: 0.1, momentum: 0.9 }), new SGD(second, { lr: 0.1, momentum: 0.9 })];
    const ema = new EMA(first, { decay: 0.5 });
    for (let i = 0; i < 4; i++) {
      step(first, a);
      step(second, b);
      ema.update();
      ema.swapIn();
      expect(ema.swappedIn).toBe(true);
      ema.restore();
    }
    expect(read(first.weight)).toEqual(read(second.weight));
  });

  test("with waits for asynchronous functions, and restores after errors", async () => {
    const model = makeModel([1, 1]);
    const average = new WeightAverage(model, () => 0.5);
    average.update();
    model.weight.assign(tensor([3, 3]));
    average.update();
    expect(await average.with(async () => model.weight.array())).toEqual([2, 2]);
    await expect(average.with(() => Promise.reject(new Error("late")))).rejects.toThrow("late");
    expect(() =>
      average.with(() => {
        throw new Error("early");
      }),
    ).toThrow("early");
    expect(read(model.weight)).toEqual([3, 3]);
  });

  test("a loaded average goes on, whatever the order of the fields", () => {
    const model = makeModel();
    const ema = new EMA(model, { decay: 0.75, useBuffers: true });
    ema.update();
    const { average, updates } = ema.stateDict();
    const other = { count: model.count, mean: model.mean, weight: new Parameter(tensor([5, 6])) };
    const loaded = new EMA(other, { decay: 0.75, useBuffers: true });
    loaded.loadStateDict({ updates, average });
    loaded.update();
    expect(loaded.updates).toBe(2);
    expect(loaded.with(() => read(other.weight))).toEqual([2, 3]);
    ema.loadStateDict(ema.stateDict());
    expect(ema.with(() => read(model.weight))).toEqual([1, 2]);
  });

  test("what does not fit is listed, and nothing is loaded", () => {
    const model = makeModel();
    const ema = new EMA(model);
    const average = { weight: tensor([1]), head: tensor([1]) };
    expect(() => ema.loadStateDict({ updates: 1, average })).toThrow(
      /head +unexpected[^]*weight +expected f32 \[2\] +got f32 \[1\]/,
    );
    expect(() => ema.loadStateDict({ updates: 1, average: {} })).toThrow(/weight +missing/);
    expect(() => ema.loadStateDict({ updates: -1, average: {} })).toThrow(/updates +expected a count +got -1/);
    expect(ema.updates).toBe(0);
  });

  test("says what has to come first", () => {
    const ema = new EMA(makeModel());
    expect(() => ema.swapIn()).toThrow(/no average yet[^]*update\(\)/);
    expect(() => ema.restore()).toThrow(/not in the model[^]*swapIn\(\)/);
    ema.update();
    ema.swapIn();
    for (const act of [() => ema.update(), () => ema.swapIn(), () => ema.stateDict()]) {
      expect(act).toThrow(/averages are in the model now[^]*restore\(\)/);
    }
    expect(() => new EMA(makeModel(), { decay: 1 })).toThrow(/decay makes no sense/);
  });

  test("moves to another backend, also while swapped in", async () => {
    const model = makeModel();
    const ema = new EMA(model, { decay: 0.5 });
    ema.update();
    model.weight.assign(tensor([3, 4]));
    ema.swapIn();
    const backend = fusedCpu();
    await moveTo(model, backend);
    await moveTo(ema, backend);
    expect(read(model.weight)).toEqual([1, 2]);
    ema.restore();
    ema.update();
    expect(ema.stateDict().average.weight!.backend).toBe(backend);
    expect(ema.with(() => read(model.weight))).toEqual([2, 3]);
  });

  test("keeps the memory balance", () => {
    const model = makeModel();
    const before = memory().liveBytes;
    const ema = new EMA(model);
    ema.update();
    const held = memory().liveBytes;
    for (let i = 0; i < 3; i++) {
      ema.update();
      ema.with(() => undefined);
    }
    expect(memory().liveBytes).toBeLessThanOrEqual(held + 4);
    ema.swapIn();
    ema.dispose();
    expect(read(model.weight)).toEqual([1, 2]);
    expect(memory().liveBytes).toBeLessThanOrEqual(before + 4);
  });
});
