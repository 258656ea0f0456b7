import { evaluate } from "@nn/layers";
import { Generator, noGrad, tensor } from "@nn/tensor";
import { expect, it } from "vitest";
import { gradientTimesInput } from "./attribution.js";
import { SentenceClassifier } from "./model.js";

const model = evaluate(
  new SentenceClassifier({ words: 20, embeddingSize: 6, hiddenSize: 5, dropout: 0.5, generator: new Generator(7) }),
);
const words = tensor(
  [
    [5, 6, 7, 8],
    [9, 10, 0, 0],
  ],
  { dtype: "i32" },
);
const lengths = tensor([4, 2], { dtype: "i32" });

it("is what the logit changes by when a word's embedding grows", async () => {
  const attribution = gradientTimesInput(model, words, lengths);
  expect(attribution.shape).toEqual([2, 4]);
  const values = await attribution.data();
  const h = 1e-2;
  for (const [row, at] of [
    [0, 0],
    [0, 2],
    [1, 1],
  ] as const) {
    const logit = (scale: number) =>
      noGrad(() => {
        const scales = new Float32Array(8).fill(1);
        scales[row * 4 + at] = scale;
        const embedded = model.embedding.forward(words).mul(tensor(scales, { shape: [2, 4, 1] }));
        return model.classify(embedded, lengths).dataSync()[row]!;
      });
    expect(values[row * 4 + at]).toBeCloseTo((logit(1 + h) - logit(1 - h)) / (2 * h), 3);
  }
  // Nothing stands behind the end.
  expect(Array.from(values.slice(6))).toEqual([0, 0]);
});

it("says the same of a sentence whatever stands beside it", async () => {
  const alone = model.forward(tensor([[9, 10]], { dtype: "i32" }), tensor([2], { dtype: "i32" }));
  const together = model.forward(words, lengths);
  expect((await alone.data())[0]).toBeCloseTo((await together.data())[1]!, 5);
});
