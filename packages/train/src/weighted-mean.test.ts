import { crossEntropy, Linear, mseLoss } from "@nn/layers";
import { SGD } from "@nn/optim";
import { type Tensor, tensor, valueAndGrad } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { accuracy, evaluateModel, fit, meanAbsoluteError, weightedMean } from "./index.js";
import { weightsOf } from "./test-classifier.js";

type Weighted = { x: Tensor; y: Tensor; w: Tensor };

const all = {
  x: tensor([[1], [2], [3], [4], [5], [6]]),
  y: tensor([[2], [4], [5], [9], [9], [13]]),
  w: tensor([1, 0, 3, 0.5, 0, 2]),
};
const rows = (start: number, end: number): Weighted => ({
  x: all.x.slice(0, start, end),
  y: all.y.slice(0, start, end),
  w: all.w.slice(0, start, end),
});

function loss(model: Linear, { x, y, w }: Weighted) {
  const predictions = model.forward(x);
  const losses = mseLoss(predictions, y, { reduction: "none" }).squeeze(1);
  return { ...weightedMean(losses, w), predictions, weights: w };
}

function line(): Linear {
  const model = new Linear(1, 1);
  model.weight.assign(tensor([[0.5]]));
  model.bias!.assign(tensor([0.1]));
  return model;
}

describe("weightedMean", () => {
  it("broadcasts one weight a sample, and takes masks", async () => {
    const losses = tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(await weightedMean(losses, tensor([1, 3])).loss.item()).toBe((3 + 21) / 8);
    const mask = tensor([
      [true, false],
      [true, true],
    ]);
    expect(await weightedMean(losses, mask).loss.item()).toBeCloseTo(8 / 3, 6);
    expect(() => weightedMean(losses, tensor([1, 2, 3]))).toThrow(/do not belong to the losses/);
  });

  it("has loss 0 and no gradient where nothing counts", async () => {
    const model = line();
    const { loss: value, grads } = valueAndGrad(model, () => loss(model, { ...rows(0, 2), w: tensor([0, 0]) }).loss);
    expect(await value.item()).toBe(0);
    expect(await grads.get(model.weight).item()).toBe(0);
  });
});

describe("a loss with a weight", () => {
  it("gives the same mean loss and metrics, however the data is cut", async () => {
    const options = { loss, metrics: { mae: meanAbsoluteError() } };
    const whole = await evaluateModel(line(), [all], options);
    // A batch in the middle has no weight at all.
    const parts = await evaluateModel(line(), [rows(0, 1), rows(1, 2), rows(2, 6)], options);
    expect(parts.loss).toBeCloseTo(whole.loss, 5);
    expect(parts.mae).toBeCloseTo(whole.mae, 6);
    const errors = [1, 0, 3, 0.5, 0, 2].map((w, i) => w * Math.abs(0.5 * (i + 1) + 0.1 - [2, 4, 5, 9, 9, 13][i]!));
    expect(whole.mae).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / 6.5, 6);
  });

  it("makes accumulated gradients those of the whole", async () => {
    const train = async (data: Weighted[], accumulate: number) => {
      const model = line();
      const optimizer = new SGD(model, { lr: 0.01 });
      const { history } = await fit(model, { data, loss, optimizer, epochs: 3, accumulate });
      return [...(await weightsOf(model)), history[0]!.train.loss];
    };
    const whole = await train([all], 1);
    const parts = await train([rows(0, 1), rows(1, 2), rows(2, 6)], 3);
    for (const [i, value] of parts.entries()) expect(value).toBeCloseTo(whole[i]!, 5);
  });

  it("refuses a weight that is not one number", async () => {
    const model = line();
    const bad = (model: Linear, batch: Weighted) => ({ ...loss(model, batch), weight: batch.w });
    const run = fit(model, { data: [all], loss: bad, optimizer: new SGD(model, { lr: 0.01 }), epochs: 1 });
    await expect(run).rejects.toThrow(/weight of a loss is one number[^]*f32 \[6\]/);
  });
});

describe("a mask beside the loss", () => {
  it("reaches the metrics", async () => {
    const model = new Linear(2, 2, { bias: false });
    model.weight.assign(
      tensor([
        [1, 0],
        [0, 1],
      ]),
    );
    const batch = {
      x: tensor([
        [1, 0],
        [0, 1],
        [1, 0],
      ]),
      y: tensor(new Int32Array([0, 0, 1])),
      mask: tensor([true, true, false]),
    };
    const scores = await evaluateModel(model, [batch], {
      loss: (model, { x, y, mask }) => {
        const logits = model.forward(x);
        return { ...weightedMean(crossEntropy(logits, y, { reduction: "none" }), mask), logits, mask };
      },
      metrics: { accuracy: accuracy() },
    });
    expect(scores.accuracy).toBe(0.5);
  });
});
