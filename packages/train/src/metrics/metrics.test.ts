import { type Tensor, tensor } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import {
  accuracy,
  averagePrecision,
  bleu,
  charErrorRate,
  confusionMatrix,
  dice,
  editDistance,
  f1,
  iou,
  meanAbsoluteError,
  meanAbsoluteScaledError,
  meanAveragePrecision,
  meanOf,
  perplexity,
  precision,
  r2Score,
  recall,
  rocAuc,
  rootMeanSquaredError,
  score,
  topKAccuracy,
  wordErrorRate,
} from "../index.js";

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

describe("yes or no", () => {
  const batch = { y: tensor([1, 0, 1, 1]) };

  it("comes from one logit by the threshold, in any of the usual shapes", async () => {
    const logits = tensor([2, 1, -1, 0.5]);
    expect(await score(precision(), { logits, targets: batch.y })).toBeCloseTo(2 / 3, 12);
    expect(await score(recall(), { logits: logits.reshape([4, 1]), targets: batch.y.cast("i32") })).toBeCloseTo(
      2 / 3,
      12,
    );
    expect(await score(accuracy({ threshold: 0.7 }), { logits, targets: batch.y })).toBe(0.25);
    expect(await score(f1({ threshold: 0.99 }), { logits, targets: batch.y })).toBe(0);
  });

  it("is not guessed from one-hot rows", async () => {
    const onehot = tensor([
      [1, 0],
      [0, 1],
    ]);
    await expect(score(f1(), { logits: onehot, targets: onehot })).rejects.toThrow(
      /targets\.argmax\(1\)[^]*multilabel/,
    );
    expect(await score(f1({ multilabel: true }), { logits: onehot.sub(0.5), targets: onehot })).toBe(1);
  });

  it("refuses a threshold that is no probability", () => {
    expect(() => precision({ threshold: 1 })).toThrow(/between 0 and 1\s+got\s+1/);
  });
});

describe("counted classes", () => {
  it("leave out what is masked or ignored, whatever stands there", async () => {
    const predictions = [0, 1, 1, 0];
    expect(await score(recall(), { predictions, targets: [0, 1, -7, 1], mask: [1, 1, 0, 0] })).toBe(1);
    expect(await score(recall({ ignoreIndex: -7 }), { predictions, targets: [0, 1, -7, -7] })).toBe(1);
    await expect(score(recall(), { predictions, targets: [0, 1, -7, 1] })).rejects.toThrow(
      /integers from 0\s+got\s+-7/,
    );
  });

  it("segment images: targets without the dimension of the classes", async () => {
    const logits = tensor([[[[3, 0]], [[1, 2]], [[0, 1]]]]); // n = 1, 3 classes, 1 × 2 pixels: taken for 0 and 1
    expect(await score(iou(), { logits, targets: tensor(new Int32Array([0, 2]), { shape: [1, 1, 2] }) })).toBeCloseTo(
      1 / 3,
      12,
    );
    expect(
      await score(dice({ average: "micro" }), {
        logits,
        targets: tensor(new Int32Array([0, 2]), { shape: [1, 1, 2] }),
      }),
    ).toBe(0.5);
  });

  it("are NaN before the first batch, as a number, so that they can be watched", () => {
    for (const make of [
      precision,
      recall,
      f1,
      iou,
      dice,
      rocAuc,
      averagePrecision,
      r2Score,
      perplexity,
      bleu,
      meanAveragePrecision,
    ])
      expect(typeof make().compute()).toBe("number");
  });
});

describe("rankings", () => {
  it("by bins come near to the exact value, and hold as many numbers as there are bins", async () => {
    const targets = Array.from({ length: 500 }, (_, i) => ((i * 7919) % 3 === 0 ? 1 : 0));
    const probabilities = targets.map((target, i) => (((i * 104729) % 1000) / 1000 + target) / 2);
    const exact = await score(rocAuc(), { probabilities, targets });
    const metric = rocAuc({ bins: 200 });
    await metric.update(undefined, { probabilities: probabilities.slice(0, 100), targets: targets.slice(0, 100) });
    const size = metric.state().length;
    await metric.update(undefined, { probabilities: probabilities.slice(100), targets: targets.slice(100) });
    expect(metric.state().length).toBe(size);
    expect(metric.compute()).toBeCloseTo(exact, 2);
    await expect(score(rocAuc({ bins: 9 }), { probabilities: [2], targets: [1] })).rejects.toThrow(/0 to 1\s+got\s+2/);
    expect(() => rocAuc({ bins: 1 })).toThrow(/an integer above 1/);
  });

  it("are NaN without a yes or a no, and leave such classes out", async () => {
    expect(await score(rocAuc(), { probabilities: [0.1, 0.2], targets: [1, 1] })).toBeNaN();
    const logits = tensor([
      [5, 1, 0],
      [1, 5, 0],
      [4, 1, 0],
    ]);
    const targets = tensor(new Int32Array([0, 1, 0]));
    expect(await score(rocAuc(), { logits, targets })).toBe(1);
  });
});

describe("errors of numbers", () => {
  it("do not look at what does not count", async () => {
    const values = { predictions: [1, Number.NaN, 3], targets: [2, 1, 3], mask: [1, 0, 1] };
    expect(await score(meanAbsoluteError(), values)).toBe(0.5);
    expect(await score(rootMeanSquaredError(), values)).toBeCloseTo(Math.SQRT1_2, 12);
    expect(await score(r2Score(), values)).toBe(-1);
  });

  it("refuse shapes that would broadcast", async () => {
    const values = { predictions: tensor([[1], [2]]), targets: tensor([1, 2]) };
    await expect(score(meanAbsoluteError(), values)).rejects.toThrow(/f32 \[2, 1\][^]*f32 \[2\][^]*squeeze/);
  });

  it("have a unit in MASE", () => {
    expect(() => meanAbsoluteScaledError({ training: [1, 1, 1] })).toThrow(/repeats itself/);
    expect(() => meanAbsoluteScaledError({ training: [1, 2], seasonality: 2 })).toThrow(/2 values/);
  });
});

describe("texts", () => {
  it("may be token numbers, cut at their end, without padding", async () => {
    const predictions = tensor(new Int32Array([5, 6, 2, 9, 7, 8, 4, 2]), { shape: [2, 4] });
    const references = tensor(new Int32Array([5, 6, 2, 7, 7, 2]), { shape: [2, 3] });
    // "5 6" is right; "7 8 4" should be "7 7".
    expect(await score(wordErrorRate({ endId: 2 }), { predictions, references })).toBe(2 / 4);
    const decode = (ids: readonly number[]) => ids.map((id) => "abcdefghij"[id]).join("");
    expect(await score(charErrorRate({ endId: 2, decode }), { predictions, references })).toBe(2 / 4);
    expect(await score(wordErrorRate({ ignoreIds: [2, 9] }), { predictions, references })).toBe(2 / 4);
  });

  it("may be tokens of any kind, with one reference or several", async () => {
    const predictions = [["a", "b"], ["c"]];
    expect(await score(wordErrorRate(), { predictions, references: [["a", "x"], ["c"]] })).toBe(1 / 3);
    expect(
      await score(wordErrorRate(), {
        predictions,
        references: [
          [
            ["a", "b", "d"],
            ["a", "b"],
          ],
          [["c"]],
        ],
      }),
    ).toBe(0);
  });

  it("say what is missing", async () => {
    await expect(score(bleu(), { predictions: ["a"], references: [] })).rejects.toThrow(/a list of 1[^]*a list of 0/);
    expect(() => bleu({ maxOrder: 0 })).toThrow(/a positive integer/);
  });
});

describe("editDistance", () => {
  it("counts code points, and takes arrays", () => {
    expect(editDistance("", "abc")).toBe(3);
    expect(editDistance("👍a", "👎a")).toBe(1);
    expect(editDistance([1, 2, 3, 4], [2, 3, 5, 4])).toBe(2);
    expect(editDistance(new Int32Array([1, 2]), [1, 2])).toBe(0);
  });
});

describe("meanAveragePrecision", () => {
  it("takes padded tensors as it takes objects", async () => {
    const detections = tensor([
      [
        [0, 0, 10, 10, 0.9, 0],
        [5, 5, 9, 9, 0.8, 1],
      ],
      [
        [0, 0, 4, 4, 0.7, 0],
        [0, 0, 0, 0, 0, -1],
      ],
    ]);
    const targets = tensor([
      [
        [0, 0, 10, 9, 0],
        [5, 5, 9, 8, 1],
      ],
      [
        [8, 8, 9, 9, 0],
        [0, 0, 0, 0, -1],
      ],
    ]);
    const objects = {
      detections: [
        { boxes: [0, 0, 10, 10, 5, 5, 9, 9], scores: [0.9, 0.8], labels: [0, 1] },
        { boxes: [0, 0, 4, 4], scores: [0.7], labels: [0] },
      ],
      targets: [
        { boxes: [0, 0, 10, 9, 5, 5, 9, 8], labels: [0, 1] },
        { boxes: [8, 8, 9, 9], labels: [0] },
      ],
    };
    const value = await score(meanAveragePrecision({ iouThresholds: [0.5] }), objects);
    // Half of class 0 is found, first (51 of 101 recalls); class 1 wholly.
    expect(value).toBeCloseTo((51 / 101 + 1) / 2, 12);
    expect(await score(meanAveragePrecision({ iouThresholds: [0.5] }), { detections, targets })).toBeCloseTo(value, 12);
    await expect(score(meanAveragePrecision(), { detections, targets: detections })).rejects.toThrow(/n k 5/);
    expect(() => meanAveragePrecision({ iouThresholds: [] })).toThrow(/1 to 30/);
  });
});
