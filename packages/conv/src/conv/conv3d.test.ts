import { Generator, parameters, profile, scope, stateDict, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import {
  Conv2d,
  Conv3d,
  ConvTranspose3d,
  conv3d,
  convTranspose3d,
  DepthwiseConv2d,
  SeparableConv2d,
} from "../index.js";

describe("conv3d", () => {
  it("runs one convolution of images, forwards and backwards", () => {
    const layer = new Conv3d(2, 3, { kernelSize: 3, padding: 1, activation: "relu" });
    const x = zeros([1, 2, 3, 4, 4]);
    const { ops } = profile(() => scope(() => void valueAndGrad([layer, x], () => layer.forward(x).sum())));
    const calls = ops.filter(({ op }) => op.startsWith("conv2d")).map(({ op, calls }) => [op, calls]);
    expect(Object.fromEntries(calls)).toMatchObject({ conv2dGradInput: 1, conv2dGradWeight: 1 });
  });

  it("has a transposed form: ⟨conv(x), y⟩ = ⟨x, transposed(y)⟩", async () => {
    const generator = new Generator(1);
    const draw = (shape: number[]) => generator.normal(shape, { dtype: "f64" });
    const [x, weight, y] = [draw([1, 2, 5, 5, 3]), draw([3, 2, 3, 3, 3]), draw([1, 3, 3, 3, 3])];
    const options = { stride: [2, 2, 1], padding: 1 } as const;
    const left = await conv3d(x, weight, undefined, options).mul(y).sum().item();
    const right = await convTranspose3d(y, weight, undefined, options).mul(x).sum().item();
    expect(left).toBeCloseTo(right, 10);
  });
});

describe("layers of volumes, depthwise and separable ones", () => {
  const shapesOf = (layer: object) => Object.entries(stateDict(layer)).map(([key, { shape }]) => [key, shape]);

  it("have PyTorch's keys and shapes, and print their options", () => {
    const volumes = new Conv3d(4, 6, { kernelSize: [1, 3, 5], groups: 2 });
    expect(shapesOf(volumes)).toEqual([
      ["weight", [6, 2, 1, 3, 5]],
      ["bias", [6]],
    ]);
    expect(String(volumes)).toBe("Conv3d(4, 6, kernelSize=[1, 3, 5], groups=2, bias=true)");
    expect(shapesOf(new ConvTranspose3d(4, 6, { kernelSize: 2, groups: 2, bias: false }))).toEqual([
      ["weight", [4, 3, 2, 2, 2]],
    ]);
    expect(shapesOf(new DepthwiseConv2d(4, { kernelSize: 3, depthMultiplier: 2 }))).toEqual([
      ["weight", [8, 1, 3, 3]],
      ["bias", [8]],
    ]);
  });

  it("start uniform in ±1/√(inputs of a filter)", async () => {
    const layer = new Conv3d(16, 32, { kernelSize: [1, 3, 3], generator: new Generator(3) });
    const values = [...(await layer.weight.data())].map(Math.abs);
    expect(Math.max(...values)).toBeLessThanOrEqual(1 / 12);
    expect(Math.max(...values)).toBeGreaterThan(0.99 / 12);
  });

  it("separate a convolution into far fewer weights", () => {
    const count = (layer: object) => parameters(layer).reduce((sum, { size }) => sum + size, 0);
    expect(count(new SeparableConv2d(32, 64, { kernelSize: 3 }))).toBe(32 * 9 + 32 * 64 + 64);
    expect(count(new Conv2d(32, 64, { kernelSize: 3 }))).toBe(32 * 64 * 9 + 64);
  });
});
