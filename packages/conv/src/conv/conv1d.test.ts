import { Generator, memory, ones, parameters, profile, scope, stateDict, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Conv1d, conv1d } from "../index.js";

describe("conv1d", () => {
  it("sees nothing that comes later when it is causal", async () => {
    const x = new Generator(1).normal([1, 2, 10], { dtype: "f64" });
    const weight = new Generator(2).normal([3, 2, 3], { dtype: "f64" });
    const causal = (length: number) =>
      conv1d(x.slice(2, 0, length), weight, undefined, { padding: "causal", dilation: 2 });
    expect(causal(10).shape).toEqual([1, 3, 10]);
    expect(await causal(10).slice(2, 0, 6).array()).toEqual(await causal(6).array());
  });

  it("runs the kernels of conv2d", () => {
    const layer = new Conv1d(2, 3, { kernelSize: 3 });
    const { ops } = profile(() => scope(() => void valueAndGrad(layer, () => layer.forward(zeros([2, 2, 8])).sum())));
    expect(ops.map(({ op }) => op)).toEqual(expect.arrayContaining(["conv2d", "conv2dGradWeight"]));
  });
});

describe("Conv1d", () => {
  it("has PyTorch's keys and shapes, and prints its options", () => {
    const layer = new Conv1d(4, 6, { kernelSize: 5, groups: 2, padding: "causal" });
    const shapes = Object.entries(stateDict(layer)).map(([key, { shape }]) => [key, shape]);
    expect(shapes).toEqual([
      ["weight", [6, 2, 5]],
      ["bias", [6]],
    ]);
    expect(parameters(new Conv1d(1, 1, { kernelSize: 1, bias: false }))).toHaveLength(1);
    expect(String(layer)).toBe("Conv1d(4, 6, kernelSize=5, padding=causal, groups=2, bias=true)");
  });

  it("starts uniform in ±1/√(inputs of a filter)", async () => {
    const layer = new Conv1d(16, 32, { kernelSize: 9, generator: new Generator(3) });
    const values = [...(await layer.weight.data())].map(Math.abs);
    expect(Math.max(...values)).toBeLessThanOrEqual(1 / 12);
    expect(Math.max(...values)).toBeGreaterThan(0.99 / 12);
  });

  it("leaves nothing behind in a training step", () => {
    const layer = new Conv1d(2, 3, { kernelSize: 3, padding: 1 });
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
