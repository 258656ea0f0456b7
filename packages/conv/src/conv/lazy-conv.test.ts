import { flatten, LazyLinear, Sequential, summary } from "@nn/layers";
import { relu, stateDict, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { LazyConv2d, MaxPool2d } from "../index.js";

describe("LazyConv2d", () => {
  it("stands for the Conv2d that fits the first input", () => {
    const model = new Sequential(
      new LazyConv2d(4, { kernelSize: 3, groups: 2 }),
      relu,
      new MaxPool2d({ kernelSize: 2 }),
      flatten,
      new LazyLinear(10),
    );
    expect(summary(model, [1, 2, 8, 8]).parameters).toBe(4 * 9 + 4 + 36 * 10 + 10);
    expect(stateDict(model)["0.weight"].shape).toEqual([4, 1, 3, 3]);
    expect(String(model.at(0))).toBe("Conv2d(2, 4, kernelSize=[3, 3], dtype=f32, groups=2, bias=true)");
  });

  it("says what is wrong with the first input", () => {
    const layer = new LazyConv2d(4, { kernelSize: 3, groups: 2 });
    expect(() => layer.forward(zeros([1, 3, 8, 8]))).toThrow(/inChannels a multiple of groups = 2; got 3/);
    expect(() => new LazyConv2d(0, { kernelSize: 3 })).toThrow(/\[LazyConv2d\][^]*outChannels/);
  });
});
