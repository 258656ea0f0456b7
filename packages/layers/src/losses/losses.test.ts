import { tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { crossEntropy, l1Loss, mseLoss, nllLoss } from "../index.js";

const i32 = { dtype: "i32" } as const;

describe("crossEntropy", () => {
  it("gives ignored rows no gradient", async () => {
    const logits = tensor([
      [1, 2],
      [3, 4],
      [5, 5],
    ]);
    const { grads } = valueAndGrad(logits, () => crossEntropy(logits, tensor([-100, 0, -100], i32)));
    const [first, second, third] = (await grads.get(logits).array()) as number[][];
    expect([first, third]).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect(second[0]).toBeCloseTo(-second[1], 6);
  });

  it("becomes NaN where a class does not exist", async () => {
    for (const options of [{}, { labelSmoothing: 0.1 }]) {
      expect(await crossEntropy(zeros([2, 3]), tensor([0, 3], i32), options).item()).toBeNaN();
      expect(await crossEntropy(zeros([2, 3]), tensor([0, -1], i32), options).item()).toBeNaN();
    }
  });

  it("tells what to do about targets that do not fit", () => {
    const logits = zeros([2, 3]);
    expect(() => crossEntropy(logits, zeros([2]))).toThrow('for classes: target.cast("i32")');
    expect(() => crossEntropy(logits, zeros([2], { dtype: "bool" }))).toThrow("class targets must be i32");
    expect(() => crossEntropy(logits, zeros([3], i32))).toThrow("expected  a target [2]");
    expect(() => crossEntropy(zeros([3]), zeros([], i32))).toThrow("add the batch dimension");
    expect(() => crossEntropy(logits, zeros([2], i32), { weight: zeros([2]) })).toThrow("f32 [3]");
    expect(() => crossEntropy(logits, zeros([2], i32), { labelSmoothing: 2 })).toThrow("labelSmoothing");
    expect(() => crossEntropy(logits, zeros([2], i32), { reduction: "avg" as "mean" })).toThrow(
      '"mean" or "sum" or "none"',
    );
  });
});

describe("nllLoss, mseLoss and l1Loss", () => {
  it("never broadcast", () => {
    expect(() => mseLoss(zeros([2, 1]), zeros([2]))).toThrow("target.reshape(input.shape)");
    expect(() => l1Loss(zeros([2, 2]), zeros([2]))).toThrow("nothing is broadcast here");
    expect(() => mseLoss(zeros([2]), zeros([2], i32))).toThrow("all f32 or all f64");
    expect(() => nllLoss(zeros([2, 3]), zeros([2, 3], i32))).toThrow("expected  a target [2]");
  });
});
