import { crossEntropy, Linear, Sequential } from "@nn/layers";
import { Adam } from "@nn/optim";
import { Generator, relu, type Tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { accuracy, fit } from "./index.js";

const batches = (count: number, size = 8) => {
  const generator = new Generator(5);
  return Array.from({ length: count }, () => {
    const x = generator.normal([size, 2]);
    const y = x
      .slice(1, 0, 1)
      .greater(x.slice(1, 1, 2))
      .reshape([size])
      .cast("i32");
    return { x, y };
  });
};
type Batch = { x: Tensor; y: Tensor };
const classifier = () => new Sequential(new Linear(2, 8), relu, new Linear(8, 2));
const loss = (model: Sequential, { x, y }: Batch) => {
  const logits = model.forward(x);
  return { loss: crossEntropy(logits, y), logits };
};

describe("fit", () => {
  it("learns", async () => {
    const model = classifier();
    const result = await fit(model, {
      data: batches(8),
      loss,
      optimizer: new Adam(model, { lr: 0.05 }),
      epochs: 10,
      metrics: { accuracy: accuracy() },
    });
    expect(result.stopped).toBe("completed");
    expect(result.history).toHaveLength(10);
    expect(result.history.at(-1)!.train.accuracy).toBeGreaterThan(0.95);
  });
});
