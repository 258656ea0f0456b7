import { Generator, memory, noGrad, Parameter, type Tensor, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { BatchNorm2d, batchNorm, evaluate, predict } from "../index.js";

const f64 = { dtype: "f64" } as const;

describe("batchNorm", () => {
  it("has the gradient of its formula, and the second one", async () => {
    const generator = new Generator(4);
    const x = generator.normal([3, 2, 2], f64);
    const [weight, bias, direction] = [[2], [2], [3, 2, 2]].map((shape) => generator.normal(shape, f64)) as [
      Tensor,
      Tensor,
      Tensor,
    ];
    const column = (v: Tensor) => v.reshape([2, 1]);
    const formula = () => {
      const centered = x.sub(x.mean([0, 2], { keepDims: true }));
      const variance = centered.square().mean([0, 2], { keepDims: true });
      return centered.div(variance.add(1e-5).sqrt()).mul(column(weight)).add(column(bias));
    };
    const op = () => batchNorm(x, { weight, bias, training: true });
    const targets = [x, weight, bias];
    const twice = (fn: () => Tensor) =>
      valueAndGrad(targets, () => {
        const first = valueAndGrad(targets, () => fn().mul(direction).sum(), { createGraph: true });
        return targets.reduce((total, t) => total.add(first.grads.get(t).square().sum()), first.loss);
      });
    for (const both of [(fn: () => Tensor) => valueAndGrad(targets, () => fn().mul(direction).square().sum()), twice]) {
      const [a, b] = [both(op), both(formula)];
      expect(await a.loss.item()).toBeCloseTo(await b.loss.item(), 10);
      for (const target of targets) {
        const [got, expected] = [await a.grads.get(target).data(), await b.grads.get(target).data()];
        got.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 8));
      }
    }
  });

  it("stays exact far from zero in f32", async () => {
    const y = await batchNorm(tensor([[1000.5], [1001.5]]), { training: true, eps: 0 }).array();
    expect(y).toEqual([[-1], [1]]);
  });

  it("says which channels it wants", () => {
    const two = new Parameter(zeros([2]));
    expect(() => batchNorm(zeros([4, 3]), { weight: two, bias: two, training: true })).toThrow("c = 2, got 3");
    expect(() => batchNorm(zeros([1, 2]), { training: true })).toThrow("more than one element");
    expect(() => batchNorm(zeros([4, 2]))).toThrow("give runningMean and runningVar");
  });
});

describe("BatchNorm2d", () => {
  it("moves its statistics in training only", async () => {
    const layer = new BatchNorm2d(1, { momentum: 0.5 });
    const x = tensor([[[[0, 2]]], [[[4, 6]]]]);
    layer.forward(x);
    const after = async () => [
      await layer.running_mean!.item(),
      await layer.running_var!.item(),
      await layer.num_batches_tracked!.item(),
    ];
    const moved = await after();
    expect(moved[0]).toBe(1.5);
    expect(moved[1]).toBeCloseTo(0.5 + 0.5 * (20 / 3), 5);
    expect(moved[2]).toBe(1);
    predict(layer, x);
    evaluate(layer).forward(x);
    expect(await after()).toEqual(moved);
    layer.training = true;
    expect(() => layer.forward(zeros([0, 1, 2, 2]))).toThrow("more than one element");
    expect(await after()).toEqual(moved);
  });

  it("holds nothing after a step but its buffers", () => {
    const layer = new BatchNorm2d(2);
    const x = zeros([2, 2, 3, 3]);
    const step = () => {
      const { loss, grads } = valueAndGrad(layer, () => layer.forward(x).sum());
      loss.dispose();
      grads.dispose();
    };
    step();
    const before = memory().liveBytes;
    for (let i = 0; i < 5; i++) step();
    noGrad(() => void layer.forward(x));
    expect(memory().liveBytes).toBe(before);
  });

  it("wants images", () => {
    expect(() => new BatchNorm2d(3).forward(zeros([3, 4, 4]))).toThrow("expected  (n, c, h, w)");
    expect(() => new BatchNorm2d(0)).toThrow("numFeatures is not a positive integer");
  });
});
