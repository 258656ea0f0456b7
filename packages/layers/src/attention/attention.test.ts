import { Generator, profile, stateDict, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { evaluate, MultiheadAttention, normal, scaledDotProductAttention } from "../index.js";

describe("MultiheadAttention", () => {
  it("has the state dict of PyTorch, also for keys and values of other features", () => {
    const names = (layer: MultiheadAttention) => Object.entries(stateDict(layer)).map(([k, v]) => `${k} ${v.shape}`);
    expect(names(new MultiheadAttention(4, 2))).toEqual([
      "in_proj_weight 12,4",
      "in_proj_bias 12",
      "out_proj.weight 4,4",
      "out_proj.bias 4",
    ]);
    expect(names(new MultiheadAttention(4, 2, { kdim: 3, vdim: 5, bias: false }))).toEqual([
      "q_proj_weight 4,4",
      "k_proj_weight 4,3",
      "v_proj_weight 4,5",
      "out_proj.weight 4,4",
    ]);
  });

  it("projects queries, keys and values of one tensor in one product", () => {
    const layer = new MultiheadAttention(4, 2);
    const { ops } = profile(() => layer.forward(zeros([2, 3, 4])));
    expect(ops.filter(({ op }) => op === "linear").reduce((calls, { calls: more }) => calls + more, 0)).toBe(2);
  });

  it("drops weights in training only", async () => {
    const layer = new MultiheadAttention(4, 1, { dropout: 0.5 });
    const x = normal([1, 50, 4], { generator: new Generator(1) });
    const zerosOf = async () => {
      const { weights } = layer.forwardWithWeights(x);
      return (await weights.data()).filter((weight) => weight === 0).length / weights.size;
    };
    expect(await zerosOf()).toBeCloseTo(0.5, 1);
    evaluate(layer);
    expect(await zerosOf()).toBe(0);
  });

  it("tells what does not fit", () => {
    const layer = new MultiheadAttention(4, 2);
    const x = zeros([2, 3, 4]);
    expect(() => layer.forward(zeros([3, 4]))).toThrow(/\[MultiheadAttention\][^]*x\.unsqueeze\(0\)/);
    expect(() => layer.forward(x, zeros([1, 3, 4]))).toThrow("n s 4");
    expect(() => layer.forward(x, x, x, { keyPaddingMask: zeros([2, 4], { dtype: "bool" }) })).toThrow(
      /keyPaddingMask does not fit[^]*\[2, 3\]/,
    );
    expect(() => layer.forward(x, x, x, { attnMask: zeros([3, 3], { dtype: "i32" }) })).toThrow('mask.cast("bool")');
    expect(() => new MultiheadAttention(8, 3)).toThrow(/a divisor of 8[^]*got 3/);
    expect(() => new MultiheadAttention(8, 2, { dropout: 5 })).toThrow("p is not a probability");
  });
});

describe("scaledDotProductAttention", () => {
  it("gives zeros and no gradient to a query that may look at nothing", async () => {
    const x = tensor([[1], [2]]);
    const mask = tensor([false, false, true, false], { dtype: "bool", shape: [2, 2] });
    const { grads, y } = valueAndGrad(x, () => {
      const y = scaledDotProductAttention(x, x, x, { mask });
      return { loss: y.sum(), y };
    });
    expect(await y.array()).toEqual([[0], [1]]);
    expect(await grads.get(x).array()).toEqual([[1], [0]]);
  });
});
