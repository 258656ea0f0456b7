import { checkpoint, Generator, manualSeed, ones, tensor, valueAndGrad } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Dropout, dropout, evaluate } from "./index.js";

describe("dropout", () => {
  it("drops its part and scales the rest", async () => {
    const y = await dropout(ones([10_000]), 0.25, { training: true, generator: new Generator(3) }).data();
    const kept = y.filter((value) => value !== 0);
    expect(kept.every((value) => Math.abs(value - 4 / 3) < 1e-6)).toBe(true);
    expect(kept.length / y.length).toBeCloseTo(0.75, 1);
  });

  it("hands its gradient to what was kept", async () => {
    const x = ones([64]);
    const layer = new Dropout(0.5, { generator: new Generator(1) });
    const { y, grads } = valueAndGrad(x, () => {
      const y = layer.forward(x);
      return { loss: y.sum(), y };
    });
    const scale = (await y.array()) as number[];
    expect(new Set(scale)).toEqual(new Set([0, 2]));
    expect(await grads.get(x).array()).toEqual(scale);
  });

  it("drops the same again in a checkpoint", async () => {
    const x = ones([64]);
    const layer = new Dropout(0.5, { generator: new Generator(2) });
    const { y, grads } = valueAndGrad(x, () => {
      const y = checkpoint((h) => layer.forward(h), x);
      return { loss: y.sum(), y };
    });
    expect(await grads.get(x).array()).toEqual(await y.array());
  });

  it("drops all at p = 1, also infinities", async () => {
    expect(await dropout(tensor([1, Infinity]), 1, { training: true }).array()).toEqual([0, 0]);
  });
});

describe("Dropout", () => {
  it("hands its input through in evaluation", () => {
    const x = ones([4]);
    expect(evaluate(new Dropout(0.9)).forward(x)).toBe(x);
    expect(new Dropout(0).forward(x)).toBe(x);
  });

  it("has a stream of its own, the same in every run", async () => {
    const masks = async () => {
      manualSeed(5);
      const layers = [new Dropout(0.5), new Dropout(0.5)];
      return Promise.all(layers.map((layer) => layer.forward(ones([32])).array()));
    };
    const [first, second] = await masks();
    expect(first).not.toEqual(second);
    expect(await masks()).toEqual([first, second]);
  });

  it("refuses what is no probability", () => {
    expect(() => new Dropout(1.5)).toThrow("p is not a probability");
    expect(() => dropout(ones([1]), Number.NaN, { training: false })).toThrow("p is not a probability");
  });
});
