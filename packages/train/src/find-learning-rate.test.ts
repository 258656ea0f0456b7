import { Adam, SGD } from "@nn/optim";
import { memory } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { findLearningRate, fit } from "./index.js";
import { classifier, classifierLoss, pairLoader, weightsOf } from "./test-classifier.js";

describe("findLearningRate", () => {
  it("finds a rate between too small and too large, that trains", async () => {
    const model = classifier();
    const optimizer = new SGD(model, { lr: 1e-3 });
    const data = pairLoader(200, 20);
    const options = { loss: classifierLoss, optimizer, from: 1e-4, to: 1000, steps: 60 };
    const { curve, suggestion } = await findLearningRate(model, data, options);
    expect(curve[0]).toMatchObject({ lr: 1e-4 });
    expect(curve[0]!.smoothed).toBeCloseTo(curve[0]!.loss, 6);
    expect(curve.at(-1)!.smoothed).toBeGreaterThan(curve[0]!.smoothed);
    expect(suggestion).toBeGreaterThan(1e-2);
    expect(suggestion).toBeLessThan(100);
    optimizer.lr = suggestion!;
    const { history } = await fit(model, { data, loss: classifierLoss, optimizer, epochs: 10 });
    expect(history.at(-1)!.train.loss).toBeLessThan(0.7 * history[0]!.train.loss);
  });

  it("leaves model, optimizer, random streams and data as they were", async () => {
    const run = async (search: boolean) => {
      const model = classifier(0.2);
      const optimizer = new Adam(model, { lr: 0.02 });
      const data = pairLoader(50, 10);
      const train = (epochs: number) => fit(model, { data, loss: classifierLoss, optimizer, epochs });
      await train(2);
      model.training = false;
      if (search) await findLearningRate(model, data, { loss: classifierLoss, optimizer, steps: 12 });
      expect(model.training).toBe(false);
      expect(optimizer.lr).toBe(0.02);
      await train(2);
      return weightsOf(model);
    };
    expect(await run(true)).toEqual(await run(false));
  });

  it("holds no memory, and refuses what makes no sense", async () => {
    const model = classifier();
    const optimizer = new SGD(model, { lr: 0.1 });
    const data = pairLoader(40, 10);
    const find = (more: object) => findLearningRate(model, data, { loss: classifierLoss, optimizer, ...more });
    await find({ steps: 9 });
    const before = memory().liveBuffers;
    await find({ steps: 9 });
    expect(memory().liveBuffers).toBe(before);
    await expect(find({ from: 1, to: 0.1 })).rejects.toThrow(/0 < from < to/);
    await expect(find({ steps: 1 })).rejects.toThrow(/an integer above 1/);
    await expect(findLearningRate(model, [], { loss: classifierLoss, optimizer })).rejects.toThrow(/no batch/);
  });
});
