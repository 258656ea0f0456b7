import { Generator, memory, ones, profile, scope, stateDict, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Conv2d, ConvTranspose1d, ConvTranspose2d, conv2d, convTranspose2d } from "../index.js";

describe("convTranspose2d", () => {
  it("is the convolution turned around: ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩", async () => {
    const generator = new Generator(1);
    const draw = (shape: number[]) => generator.normal(shape, { dtype: "f64" });
    const options = { stride: 2, padding: 1 };
    const [x, weight, y] = [draw([1, 2, 7, 7]), draw([3, 2, 3, 3]), draw([1, 3, 4, 4])];
    const left = await conv2d(x, weight, undefined, options).mul(y).sum().item();
    const right = await convTranspose2d(y, weight, undefined, options).mul(x).sum().item();
    expect(left).toBeCloseTo(right as number, 10);
  });

  it("gives back the size that a convolution with the same options took, with output padding", () => {
    const down = new Conv2d(1, 2, { kernelSize: 3, stride: 2, padding: 1 });
    const up = new ConvTranspose2d(2, 1, { kernelSize: 3, stride: 2, padding: 1, outputPadding: 1 });
    expect(up.forward(down.forward(zeros([1, 1, 8, 8]))).shape).toEqual([1, 1, 8, 8]);
  });

  it("runs the ops of conv2d, forwards and backwards", () => {
    const layer = new ConvTranspose2d(2, 3, { kernelSize: 2 });
    const x = zeros([1, 2, 3, 3]);
    const { ops } = profile(() => scope(() => void valueAndGrad([layer, x], () => layer.forward(x).sum())));
    const names = ops.map(({ op }) => op).filter((name) => name.startsWith("conv2d"));
    expect([...new Set(names)].sort()).toEqual(["conv2d", "conv2dGradInput", "conv2dGradWeight"]);
  });

  it("keeps what lies beyond the last window at the bias", async () => {
    const y = convTranspose2d(ones([1, 1, 1, 2]), ones([1, 1, 1, 1]), tensor([5]), { stride: 2, outputPadding: 1 });
    expect(await y.array()).toEqual([
      [
        [
          [6, 5, 6, 5],
          [5, 5, 5, 5],
        ],
      ],
    ]);
  });
});

describe("ConvTranspose1d and ConvTranspose2d", () => {
  it("have PyTorch's keys and shapes, and print their options", () => {
    const shapesOf = (layer: object) => Object.entries(stateDict(layer)).map(([key, { shape }]) => [key, shape]);
    const images = new ConvTranspose2d(4, 6, { kernelSize: [3, 5], groups: 2 });
    expect(shapesOf(images)).toEqual([
      ["weight", [4, 3, 3, 5]],
      ["bias", [6]],
    ]);
    expect(String(images)).toBe("ConvTranspose2d(4, 6, kernelSize=[3, 5], groups=2, bias=true)");
    const sequences = new ConvTranspose1d(4, 6, { kernelSize: 3, stride: 2, bias: false });
    expect(shapesOf(sequences)).toEqual([["weight", [4, 6, 3]]]);
    expect(String(sequences)).toBe("ConvTranspose1d(4, 6, kernelSize=3, stride=2, groups=1, bias=false)");
  });

  it("start uniform in ±1/√(second dimension of the weight · kernel), as in PyTorch", async () => {
    const layer = new ConvTranspose2d(32, 16, { kernelSize: 3, generator: new Generator(3) });
    const values = [...(await layer.weight.data())].map(Math.abs);
    expect(Math.max(...values)).toBeLessThanOrEqual(1 / 12);
    expect(Math.max(...values)).toBeGreaterThan(0.99 / 12);
  });

  it("leave nothing behind in a training step", () => {
    const layer = new ConvTranspose1d(2, 3, { kernelSize: 3 });
    const x = ones([2, 2, 5]);
    const step = () => {
      const { loss, grads } = valueAndGrad(layer, () => layer.forward(x).square().sum());
      loss.dispose();
      grads.dispose();
    };
    step();
    const before = memory().liveBytes;
    for (let i = 0; i < 5; i++) step();
    expect(memory().liveBytes).toBe(before);
  });
});
