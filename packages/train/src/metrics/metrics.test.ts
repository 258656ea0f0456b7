import { type Tensor, tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { accuracy, confusionMatrix, meanOf, topKAccuracy } from "../index.js";

const labels = (...values: number[]) => ({ y: tensor(Int32Array.from(values)) });
// Predictions 0, 1, 2, 2; the second largest scores are those of 1, 2, 0, 1.
const scores = {
  logits: tensor([
    [5, 4, 1],
    [0, 9, 3],
    [2, 1, 7],
    [0, 1, 2],
  ]),
};

describe("accuracy", () => {
  it("counts over batches of different size", async () => {
    const metric = accuracy();
    expect(metric.compute()).toBeNaN();
    await metric.update(labels(0, 1, 1, 2), scores);
    await metric.update(labels(2), { logits: tensor([[1, 0, 0]]) });
    expect(metric.compute()).toBe(3 / 5);
    metric.reset();
    expect(metric.compute()).toBeNaN();
  });

  it("leaves out targets to ignore, and finds targets elsewhere", async () => {
    const metric = accuracy({ ignoreIndex: -100, targets: (batch: { labels: Tensor }) => batch.labels });
    await metric.update({ labels: labels(0, -100, 1, -100).y }, scores);
    expect(metric.compute()).toBe(1 / 2);
  });

  it("takes a target for each position", async () => {
    const logits = tensor([
      [
        [1, 0],
        [0, 1],
      ],
    ]); // n = 1, 2 classes, 2 positions
    const metric = accuracy();
    await metric.update([logits, tensor(new Int32Array([0, 0]), { shape: [1, 2] })], { logits });
    expect(metric.compute()).toBe(1 / 2);
  });

  it("goes on from a saved state", async () => {
    const [first, second] = [accuracy(), accuracy()];
    await first.update(labels(0, 1, 1, 2), scores);
    second.restore(JSON.parse(JSON.stringify(first.state())));
    await second.update(labels(2), { logits: tensor([[1, 0, 0]]) });
    expect(second.compute()).toBe(3 / 5);
    expect(second.compute(first.state())).toBe(3 / 4);
  });

  it("says what it misses", async () => {
    await expect(accuracy().update(labels(0), {})).rejects.toThrow(/no logits[^]*return \{ loss, logits \}/);
    await expect(accuracy().update({}, scores)).rejects.toThrow(/no targets[^]*name the labels y/);
    await expect(accuracy().update(labels(0), scores)).rejects.toThrow(/f32 \[4, 3\][^]*i32 \[1\]/);
  });
});

describe("topKAccuracy", () => {
  it("looks at the k largest scores", async () => {
    for (const [k, expected] of [
      [1, 2 / 4],
      [2, 3 / 4],
      [3, 1],
    ] as const) {
      const metric = topKAccuracy(k);
      await metric.update(labels(0, 2, 1, 2), scores);
      expect(metric.compute()).toBe(expected);
    }
  });
  it("refuses a k that makes no sense", async () => {
    expect(() => topKAccuracy(0)).toThrow(/a positive integer\s+got\s+0/);
    await expect(topKAccuracy(4).update(labels(0, 0, 0, 0), scores)).rejects.toThrow(/at most 3/);
  });
});

describe("confusionMatrix", () => {
  it("counts targets by predictions, with the figures of each class", async () => {
    const metric = confusionMatrix({ classes: ["a", "b", "c"] });
    await metric.update(labels(0, 1, 1, 2), scores);
    await metric.update(labels(0), { logits: tensor([[0, 0, 1]]) });
    const matrix = metric.compute();
    expect(matrix.counts).toEqual([
      [1, 0, 1],
      [0, 1, 1],
      [0, 0, 1],
    ]);
    expect(matrix.accuracy).toBe(3 / 5);
    expect(matrix.perClass).toEqual([
      { name: "a", precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2 },
      { name: "b", precision: 1, recall: 1 / 2, f1: 2 / 3, support: 2 },
      { name: "c", precision: 1 / 3, recall: 1, f1: 1 / 2, support: 1 },
    ]);
    expect(`${matrix}`.split("\n")).toEqual([
      "   a  b  c  precision  recall     f1",
      "a  1  0  1     100.0%   50.0%  66.7%",
      "b  0  1  1     100.0%   50.0%  66.7%",
      "c  0  0  1      33.3%  100.0%  50.0%",
    ]);
  });

  it("leaves out targets to ignore, and refuses those that are no class", async () => {
    const metric = confusionMatrix({ classes: 3, ignoreIndex: -100 });
    await metric.update(labels(0, -100, -100, 2), scores);
    expect(metric.compute().counts).toEqual([
      [1, 0, 0],
      [0, 0, 0],
      [0, 0, 1],
    ]);
    await expect(metric.update(labels(0, 0, 0, 3), scores)).rejects.toThrow(/targets from 0 to 2/);
    await expect(metric.update(labels(0, 0, 0, -1), scores)).rejects.toThrow(/targets from 0 to 2/);
    await expect(confusionMatrix({ classes: 2 }).update(labels(0, 0, 0, 0), scores)).rejects.toThrow(
      /2 classes[^]*3 classes/,
    );
  });
});

describe("meanOf", () => {
  it("is a mean over all elements", async () => {
    const metric = meanOf((batch: Tensor) => batch);
    await metric.update(tensor([1, 2, 3]), {});
    await metric.update(tensor([10]), {});
    expect(metric.compute()).toBe(4);
    expect(metric.mode).toBe("min");
  });
});
