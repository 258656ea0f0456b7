import { Linear, mseLoss } from "@nn/layers";
import { memory, tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { accuracy, evaluateModel } from "./index.js";
import { classifier, classifierLoss, pairLoader } from "./test-classifier.js";

describe("evaluateModel", () => {
  it("gives values over all samples, whatever the batches", async () => {
    const model = classifier(0.5);
    const options = { loss: classifierLoss, metrics: { accuracy: accuracy() } };
    const whole = await evaluateModel(model, pairLoader(50, 50), options);
    const parts = await evaluateModel(model, pairLoader(50, 16), options);
    expect(parts.loss).toBeCloseTo(whole.loss, 6);
    expect(parts.accuracy).toBe(whole.accuracy);
    expect(model.training).toBe(true);
  });

  it("leaves nothing behind", async () => {
    const model = classifier();
    const data = pairLoader(50, 16);
    const options = { loss: classifierLoss, metrics: { accuracy: accuracy() } };
    await evaluateModel(model, data, options);
    const before = memory().liveBuffers;
    await evaluateModel(model, data, options);
    expect(memory().liveBuffers).toBe(before);
  });

  it("takes the weight of a batch from samples()", async () => {
    const model = new Linear(1, 1, { bias: false });
    const batch = (y: number, count: number) => ({ x: tensor([[0]]), y: tensor([[y]]), count });
    const { loss } = await evaluateModel(model, [batch(1, 3), batch(2, 1)], {
      loss: (model, { x, y }) => mseLoss(model.forward(x), y),
      samples: ({ count }) => count,
    });
    expect(loss).toBe((3 * 1 + 4) / 4);
  });

  it("refuses data without a batch, and stops at a signal", async () => {
    const model = classifier();
    await expect(evaluateModel(model, [], { loss: classifierLoss })).rejects.toThrow(/no batch/);
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(evaluateModel(model, pairLoader(8, 8), { loss: classifierLoss, signal })).rejects.toThrow("enough");
  });
});
