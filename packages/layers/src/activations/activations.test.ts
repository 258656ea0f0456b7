import { profile, scope, type Tensor, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { elu, gelu, hardTanh, leakyRelu, mish, PReLU, Sequential, selu, silu } from "../index.js";

const opsOf = (fn: () => void) => profile(() => scope(fn)).ops.map(({ op }) => op);

describe("gelu and silu", () => {
  it.each([
    ["gelu", gelu],
    ["silu", silu],
  ])("%s is one op with one gradient op", (name, activation) => {
    const x = zeros([3]);
    const ops = opsOf(() => void valueAndGrad(x, () => activation(x).sum()));
    expect(ops.filter((op) => op.startsWith(name)).sort()).toEqual([name, `${name}Grad`]);
  });

  it("gelu is near its approximation", async () => {
    const x = tensor([-2, -1, 0.5, 3], { dtype: "f64" });
    const [exact, near] = [await gelu(x).data(), await gelu(x, { approximate: "tanh" }).data()];
    exact.forEach((value, i) => expect(near[i]).toBeCloseTo(value, 3));
    expect(near).not.toEqual(exact);
  });
});

describe("activations", () => {
  it("are layers as they are", () => {
    expect(new Sequential(gelu, silu, mish, selu, leakyRelu).forward(zeros([2, 3])).shape).toEqual([2, 3]);
  });

  it.each([
    ["leakyRelu", leakyRelu],
    ["elu", elu],
    ["selu", selu],
    ["hardTanh", hardTanh],
  ] as [string, (x: Tensor) => Tensor][])(
    "%s keeps NaN, and its gradient stays finite far out",
    async (_, activation) => {
      expect(await activation(tensor([Number.NaN])).item()).toBeNaN();
      const x = tensor([-1e4, 1e4]);
      const { grads } = valueAndGrad(x, () => activation(x).sum());
      expect([...(await grads.get(x).data())].every(Number.isFinite)).toBe(true);
    },
  );

  it("PReLU learns its slope", async () => {
    const layer = new PReLU(2);
    const { grads } = valueAndGrad(layer, () => layer.forward(tensor([[-3, 5]])).sum());
    expect(await grads.get(layer.weight).array()).toEqual([-3, 0]);
    expect(String(layer)).toBe("PReLU(numParameters=2)");
  });
});
