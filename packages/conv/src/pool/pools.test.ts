import { profile, sum, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import {
  AdaptiveMaxPool2d,
  AvgPool3d,
  adaptiveMaxPool2d,
  GlobalMaxPool2d,
  LpPool2d,
  MaxPool1d,
  MaxUnpool2d,
  maxPool2dWithIndices,
  maxPool3d,
} from "../index.js";

describe("pools of volumes", () => {
  it("run the kernels of images, and copy nothing", () => {
    const x = zeros([2, 3, 4, 6, 6]);
    const { ops } = profile(() => maxPool3d(x, { kernelSize: 2 }));
    const names = ops.map(({ op }) => op);
    expect(names).toContain("maxPool2d");
    expect(names).not.toContain("contiguous");
  });
});

describe("adaptiveMaxPool2d", () => {
  it("gives the gradient to the first of equal elements, once for each window that has it", async () => {
    const x = tensor([[[[1, 5, 5]]]]);
    const { grads } = valueAndGrad(x, () => sum(adaptiveMaxPool2d(x, [1, 2])));
    expect(await grads.get(x).array()).toEqual([[[[0, 2, 0]]]]);
  });
});

describe("maxPool2dWithIndices and MaxUnpool2d", () => {
  it("go down and up again, and so do gradients", async () => {
    const x = tensor([
      [
        [
          [1, 2, 3, 9],
          [4, 0, 7, 8],
        ],
      ],
    ]);
    const { loss, grads } = valueAndGrad(x, () => {
      const { values, indices } = maxPool2dWithIndices(x, { kernelSize: 2 });
      return new MaxUnpool2d({ kernelSize: 2 }).forward(values, indices).square().sum();
    });
    expect(await loss.item()).toBe(4 ** 2 + 9 ** 2);
    expect(await grads.get(x).array()).toEqual([
      [
        [
          [0, 0, 0, 18],
          [8, 0, 0, 0],
        ],
      ],
    ]);
  });
});

describe("maxPool2dWithIndices", () => {
  it("names the first of equal elements, or the first NaN", async () => {
    const x = tensor([
      [
        [
          [5, 5, 1, 2],
          [5, 0, Number.NaN, Number.NaN],
        ],
      ],
    ]);
    expect(await maxPool2dWithIndices(x, { kernelSize: 2 }).indices.array()).toEqual([[[[0, 6]]]]);
    // So large that the windows are laid out.
    const wide = { kernelSize: [2, 17], padding: [0, 8] } as const;
    expect(await maxPool2dWithIndices(zeros([1, 1, 2, 1]).add(3), wide).indices.array()).toEqual([[[[0]]]]);
  });
});

describe("GlobalMaxPool2d", () => {
  it("keeps NaN, and gives the gradient to the first of equal elements", async () => {
    const x = tensor([
      [
        [
          [1, 7],
          [7, 0],
        ],
        [
          [1, Number.NaN],
          [2, 3],
        ],
      ],
    ]);
    const { grads, y } = valueAndGrad(x, () => {
      const y = new GlobalMaxPool2d().forward(x);
      return { loss: sum(y), y };
    });
    expect(await y.array()).toEqual([[[[7]], [[Number.NaN]]]]);
    expect(await grads.get(x).array()).toEqual([
      [
        [
          [0, 1],
          [0, 0],
        ],
        [
          [0, 1],
          [0, 0],
        ],
      ],
    ]);
  });
});

describe("layers of pools", () => {
  it("print their options", () => {
    const layers = [
      new MaxPool1d({ kernelSize: 3, stride: 2 }),
      new AvgPool3d({ kernelSize: [1, 2, 2], countIncludePad: false }),
      new LpPool2d({ normType: 2, kernelSize: 3 }),
      new AdaptiveMaxPool2d({ outputSize: 7 }),
      new GlobalMaxPool2d(),
      new MaxUnpool2d({ kernelSize: 2 }),
    ];
    expect(layers.map(String)).toEqual([
      "MaxPool1d(kernelSize=3, stride=2)",
      "AvgPool3d(kernelSize=[1, 2, 2], countIncludePad=false)",
      "LpPool2d(normType=2, kernelSize=3)",
      "AdaptiveMaxPool2d(outputSize=[7, 7])",
      "GlobalMaxPool2d()",
      "MaxUnpool2d(kernelSize=2)",
    ]);
  });

  it("refuse options when they are made", () => {
    expect(() => new MaxPool1d({ kernelSize: 0 })).toThrow(
      /\[MaxPool1d\][^]*kernelSize an integer of 1 or more; got 0/,
    );
    expect(() => new AvgPool3d({ kernelSize: 2, divisorOverride: 0 })).toThrow(/\[AvgPool3d\][^]*divisorOverride/);
    expect(() => new LpPool2d({ normType: -1, kernelSize: 2 })).toThrow(/\[LpPool2d\][^]*normType/);
    expect(() => new AdaptiveMaxPool2d({ outputSize: [0, 2] })).toThrow(/\[AdaptiveMaxPool2d\]/);
    expect(() => new MaxUnpool2d({ kernelSize: 1.5 })).toThrow(/\[MaxUnpool2d\]/);
  });
});
