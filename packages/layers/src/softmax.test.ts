import { tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { logSoftmax, softmax } from "./index.js";

describe("softmax and logSoftmax", () => {
  it("give NaN where all is -∞, and 0 where one is", async () => {
    const x = tensor([
      [-Infinity, -Infinity],
      [0, -Infinity],
    ]);
    expect(await softmax(x).array()).toEqual([
      [NaN, NaN],
      [1, 0],
    ]);
    expect(await logSoftmax(x).array()).toEqual([
      [NaN, NaN],
      [0, -Infinity],
    ]);
  });

  it("take any axis and nothing at all", async () => {
    expect(
      await softmax(
        tensor([
          [1, 5],
          [1, 5],
        ]),
        0,
      ).array(),
    ).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    expect(softmax(zeros([0, 3])).shape).toEqual([0, 3]);
    expect(logSoftmax(zeros([3, 0])).shape).toEqual([3, 0]);
  });

  it("have gradients that add up to zero", async () => {
    const x = tensor([1, 2, 3], { dtype: "f64" });
    const { grads } = valueAndGrad(x, () => softmax(x).square().sum());
    expect(await grads.get(x).sum().item()).toBeCloseTo(0, 12);
  });

  it("want real numbers and an axis that exists", () => {
    expect(() => softmax(zeros([2], { dtype: "i32" }))).toThrow("f32 or f64");
    expect(() => logSoftmax(zeros([2]), 1)).toThrow("the axis does not exist");
  });
});
