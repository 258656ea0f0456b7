import { Generator, pad, scope, type Tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Conv1d, Conv2d, Conv3d, conv2d, type PaddingMode } from "../index.js";

const draw = (shape: number[]) => new Generator(1).normal(shape, { dtype: "f64" });

describe("paddingMode", () => {
  it.each(["reflect", "replicate", "circular"] as const)(
    "%s pads the input, then convolves what is there",
    async (mode) => {
      const layer = new Conv2d(2, 3, { kernelSize: 3, stride: 2, padding: [1, 2], paddingMode: mode, dtype: "f64" });
      const x = draw([2, 2, 5, 6]);
      const around: [number, number][] = [
        [0, 0],
        [0, 0],
        [1, 1],
        [2, 2],
      ];
      const expected = conv2d(pad(x, around, { mode }), layer.weight, layer.bias, { stride: 2 });
      expect(await layer.forward(x).array()).toEqual(await expected.array());
    },
  );

  it("goes with causal padding", async () => {
    const layer = new Conv1d(1, 1, { kernelSize: 3, padding: "causal", paddingMode: "replicate", bias: false });
    const ones = zeros([1, 1, 4]).add(1);
    const [[[first, ...others]]] = (await layer.forward(ones).array()) as number[][][];
    for (const other of others) expect(other).toBeCloseTo(first, 6);
  });

  it("is printed, and its gradients reach input and weight", () => {
    const layer = new Conv3d(1, 1, { kernelSize: 3, padding: 1, paddingMode: "circular" });
    expect(String(layer)).toContain("paddingMode=circular");
    const x = zeros([1, 1, 3, 3, 3]);
    scope(() => {
      const { grads } = valueAndGrad([x, layer.weight] as Tensor[], () => layer.forward(x).sum());
      expect(grads.get(x).shape).toEqual(x.shape);
      expect(grads.get(layer.weight).shape).toEqual([1, 1, 3, 3, 3]);
    });
  });

  it("names the layer when there is too little to mirror", () => {
    const layer = new Conv2d(1, 1, { kernelSize: 5, padding: 2, paddingMode: "reflect" });
    expect(() => layer.forward(zeros([1, 1, 2, 8]))).toThrow(/\[pad\][^]*mode "reflect"/);
    expect(() => layer.forward(zeros([1, 2, 8]) as Tensor)).toThrow(/\[conv2d\][^]*n c h w, got 3 dimensions/);
    expect(() => new Conv2d(1, 1, { kernelSize: 3, paddingMode: "edge" as PaddingMode })).toThrow(/paddingMode one of/);
  });
});
