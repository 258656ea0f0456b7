import { Generator, loadStateDict, stateDict, type Tensor, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Linear, linear } from "./index.js";

const f64 = { dtype: "f64" } as const;

describe("linear", () => {
  const weight = tensor(
    [
      [1, 2],
      [3, -4],
    ],
    f64,
  );
  const bias = tensor([10, 20], f64);

  it("keeps any number of leading dimensions", async () => {
    expect(await linear(tensor([1, 1], f64), weight, bias).array()).toEqual([13, 19]);
    expect(await linear(tensor([[[1, 1]], [[0, 1]]], f64), weight).array()).toEqual([[[3, -1]], [[2, -4]]]);
    expect(linear(zeros([2, 0, 2], f64), weight).shape).toEqual([2, 0, 2]);
  });

  it.each(["none", "relu", "tanh", "sigmoid"] as const)(
    "has the gradient of its parts with activation %s",
    async (activation) => {
      const generator = new Generator(1);
      const operands = [[3, 2], [2, 2], [2]].map((shape) => generator.uniform(shape, { ...f64, low: -1 })) as [
        Tensor,
        Tensor,
        Tensor,
      ];
      const [x, w, b] = operands;
      const parts = () => {
        const z = x.matmul(w.transpose()).add(b);
        return activation === "none"
          ? z
          : activation === "relu"
            ? z.mul(z.greater(0).cast("f64"))
            : activation === "tanh"
              ? z.mul(2).exp().sub(1).div(z.mul(2).exp().add(1))
              : z.neg().exp().add(1).reciprocal();
      };
      const fused = valueAndGrad(operands, () => linear(x, w, b, { activation }).square().sum());
      const split = valueAndGrad(operands, () => parts().square().sum());
      expect(await fused.loss.item()).toBeCloseTo(await split.loss.item(), 12);
      for (const operand of operands) {
        const [got, expected] = [await fused.grads.get(operand).data(), await split.grads.get(operand).data()];
        got.forEach((value, i) => expect(value).toBeCloseTo(expected[i], 12));
      }
    },
  );
});

describe("Linear", () => {
  it("starts uniform in ±1/√inFeatures, reproducibly", async () => {
    const [a, b] = [1, 1].map((seed) => new Linear(100, 50, { generator: new Generator(seed) }));
    const weight = await a.weight.data();
    expect(weight).toEqual(await b.weight.data());
    expect(Math.max(...weight.map(Math.abs))).toBeLessThanOrEqual(0.1);
    expect(Math.max(...weight.map(Math.abs))).toBeGreaterThan(0.099);
    expect(Math.max(...(await a.bias!.data()).map(Math.abs))).toBeLessThanOrEqual(0.1);
  });

  it("has PyTorch's keys", async () => {
    const layer = new Linear(2, 1, f64);
    loadStateDict(layer, { weight: tensor([[2, 3]], f64), bias: tensor([1], f64) });
    expect(await layer.forward(tensor([[4, 5]], f64)).array()).toEqual([[24]]);
    expect(Object.keys(stateDict(new Linear(2, 1, { bias: false })))).toEqual(["weight"]);
  });

  it("names itself in errors", () => {
    const layer = new Linear(4, 2);
    expect(() => layer.forward(zeros([1, 3]))).toThrow(expect.objectContaining({ owner: layer }));
  });
});
