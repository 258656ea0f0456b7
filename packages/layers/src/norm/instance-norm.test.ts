import { stateDict, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { evaluate, InstanceNorm1d, InstanceNorm2d, normal, RMSNorm } from "../index.js";

describe("InstanceNorm", () => {
  it("has PyTorch's keys and defaults: neither weights nor statistics", () => {
    expect(Object.keys(stateDict(new InstanceNorm2d(3)))).toEqual([]);
    expect(Object.keys(stateDict(new InstanceNorm2d(3, { affine: true, trackRunningStats: true })))).toEqual([
      "weight",
      "bias",
      "running_mean",
      "running_var",
      "num_batches_tracked",
    ]);
  });

  it("normalizes by the input in evaluation mode too, unless it tracks statistics", async () => {
    const x = normal([2, 3, 5], { mean: 7 });
    const plain = new InstanceNorm1d(3);
    expect(await evaluate(plain).forward(x).data()).toEqual(await plain.forward(x).data());
    const tracking = evaluate(new InstanceNorm1d(3, { trackRunningStats: true, eps: 0 }));
    expect(await tracking.forward(x).data()).toEqual(await x.data());
  });

  it("takes the rank and the channels of its name", () => {
    expect(() => new InstanceNorm1d(3).forward(zeros([3, 5]))).toThrow("x.unsqueeze(0)");
    expect(() => new InstanceNorm2d(4).forward(zeros([2, 3, 4, 4]))).toThrow("(n, c, h, w), c = 4");
  });
});

it("RMSNorm prints, and has a weight alone", () => {
  expect(String(new RMSNorm(4, { eps: 1e-6 }))).toBe("RMSNorm([4], eps=0.000001, elementwiseAffine=true)");
  expect(Object.keys(stateDict(new RMSNorm(4)))).toEqual(["weight"]);
});
