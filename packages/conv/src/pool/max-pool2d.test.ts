import { sum, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { MaxPool2d, maxPool2d } from "../index.js";

describe("maxPool2d", () => {
  it("drops a rest, or keeps it with ceilMode", async () => {
    const x = tensor([[[[1, 2, 9]]]]);
    expect(await maxPool2d(x, { kernelSize: [1, 2] }).array()).toEqual([[[[2]]]]);
    expect(await maxPool2d(x, { kernelSize: [1, 2], ceilMode: true }).array()).toEqual([[[[2, 9]]]]);
  });

  it("gives the gradient to the first of equal elements", async () => {
    const x = tensor([
      [
        [
          [0, 5],
          [5, 5],
        ],
      ],
    ]);
    const { grads } = valueAndGrad(x, () => sum(maxPool2d(x, { kernelSize: 2 })));
    expect(await grads.get(x).array()).toEqual([
      [
        [
          [0, 1],
          [0, 0],
        ],
      ],
    ]);
  });

  it("adds up the gradients of overlapping windows", async () => {
    const x = tensor([[[[1, 7, 2]]]]);
    const { grads } = valueAndGrad(x, () => sum(maxPool2d(x, { kernelSize: [1, 2], stride: 1 })));
    expect(await grads.get(x).array()).toEqual([[[[0, 2, 0]]]]);
  });

  it("never takes the padding", async () => {
    const x = tensor([[[[-3]]]]);
    expect(await maxPool2d(x, { kernelSize: 2, stride: 1, padding: 1 }).array()).toEqual([
      [
        [
          [-3, -3],
          [-3, -3],
        ],
      ],
    ]);
  });

  it("refuses padding beyond half of the kernel, also when the layer is made", () => {
    const options = { kernelSize: 3, padding: 2 };
    expect(() => maxPool2d(zeros([1, 1, 8, 8]), options)).toThrow(
      /padding at most half of kernelSize, \[1, 1\]; got 2/,
    );
    expect(() => new MaxPool2d(options)).toThrow(/\[MaxPool2d\]/);
  });

  it("prints its options as a layer", () => {
    expect(String(new MaxPool2d({ kernelSize: 3, stride: [2, 1] }))).toBe("MaxPool2d(kernelSize=3, stride=[2, 1])");
  });
});
