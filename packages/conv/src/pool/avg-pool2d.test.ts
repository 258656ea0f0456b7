import { ones, sum, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { AdaptiveAvgPool2d, AvgPool2d, adaptiveAvgPool2d, avgPool2d, GlobalAvgPool2d } from "../index.js";

describe("avgPool2d", () => {
  const one = ones([1, 1, 1, 1]);
  const corner = { kernelSize: 2, padding: 1 };

  it("counts padding unless told not to", async () => {
    expect(await avgPool2d(one, { ...corner, stride: 2 }).array()).toEqual([[[[0.25]]]]);
    expect(await avgPool2d(one, { ...corner, stride: 2, countIncludePad: false }).array()).toEqual([[[[1]]]]);
    expect(await avgPool2d(one, { ...corner, stride: 2, divisorOverride: 5 }).item()).toBeCloseTo(0.2);
  });

  it("never counts what ceilMode adds", async () => {
    const x = tensor([[[[2, 4, 6]]]]);
    expect(await avgPool2d(x, { kernelSize: [1, 2], ceilMode: true }).array()).toEqual([[[[3, 6]]]]);
  });

  it("gives every element of a window an equal share of the gradient", async () => {
    const x = zeros([1, 1, 1, 3]);
    const { grads } = valueAndGrad(x, () => sum(avgPool2d(x, { kernelSize: [1, 2], stride: 1 })));
    expect(await grads.get(x).array()).toEqual([[[[0.5, 1, 0.5]]]]);
  });

  it("is a layer too", () => {
    expect(new AvgPool2d({ kernelSize: 2 }).forward(zeros([1, 3, 5, 6])).shape).toEqual([1, 3, 2, 3]);
    expect(() => new AvgPool2d({ kernelSize: 2, divisorOverride: 0 })).toThrow(/a number other than 0; got 0/);
  });
});

describe("adaptiveAvgPool2d", () => {
  it("lays overlapping windows where sizes do not divide", async () => {
    expect(await adaptiveAvgPool2d(tensor([[[[1, 2, 6]]]]), [1, 2]).array()).toEqual([[[[1.5, 4]]]]);
  });

  it("is a layer too, and one for the mean of each channel", () => {
    const x = zeros([2, 8, 7, 5]);
    expect(new AdaptiveAvgPool2d({ outputSize: [3, 1] }).forward(x).shape).toEqual([2, 8, 3, 1]);
    expect(new GlobalAvgPool2d().forward(x).shape).toEqual([2, 8, 1, 1]);
    expect(() => new GlobalAvgPool2d().forward(zeros([1, 3, 0, 4]))).toThrow(/the image is empty/);
  });
});
