import { profile, scope, stateDict, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { GroupNorm, groupNorm, LayerNorm, layerNorm } from "../index.js";

describe("layerNorm", () => {
  it("stays exact far from zero in f32", async () => {
    const y = layerNorm(tensor([1000.5, 1001.5]), 2, undefined, undefined, { eps: 0 });
    expect(await y.array()).toEqual([-1, 1]);
  });

  it("is one op with one gradient op", () => {
    const layer = new LayerNorm(4);
    const { ops } = profile(() => scope(() => void valueAndGrad(layer, () => layer.forward(zeros([3, 4])).sum())));
    const names = ops.map(({ op }) => op).filter((op) => op.startsWith("layerNorm"));
    expect(names.sort()).toEqual(["layerNorm", "layerNormGrad"]);
  });

  it("counts the dimensions that it is told to", async () => {
    const x = tensor(
      [
        [
          [1, 3],
          [5, 7],
        ],
      ],
      { dtype: "f64" },
    );
    const rows = await layerNorm(x, [2], undefined, undefined, { eps: 0 }).array();
    expect(rows).toEqual([
      [
        [-1, 1],
        [-1, 1],
      ],
    ]);
    const both = (await layerNorm(x, [2, 2], undefined, undefined, { eps: 0 }).data()) as Float64Array;
    expect([...both].map((value) => value * Math.sqrt(5))).toEqual([-3, -1, 1, 3].map((v) => expect.closeTo(v, 12)));
  });
});

describe("LayerNorm and GroupNorm", () => {
  it("have PyTorch's keys", () => {
    expect(Object.keys(stateDict(new LayerNorm([2, 3])))).toEqual(["weight", "bias"]);
    expect(Object.keys(stateDict(new LayerNorm(3, { bias: false })))).toEqual(["weight"]);
    expect(Object.keys(stateDict(new LayerNorm(3, { elementwiseAffine: false })))).toEqual([]);
    expect(Object.keys(stateDict(new GroupNorm(2, 4)))).toEqual(["weight", "bias"]);
    expect(Object.keys(stateDict(new GroupNorm(2, 4, { affine: false })))).toEqual([]);
  });

  it("print their options", () => {
    expect(String(new LayerNorm([2, 3]))).toBe("LayerNorm([2, 3], eps=0.00001, elementwiseAffine=true)");
    expect(String(new GroupNorm(2, 4))).toBe("GroupNorm(2, 4, eps=0.00001, affine=true)");
  });
});

describe("groupNorm", () => {
  it("with one group is a layer norm over channels and places", async () => {
    const x = tensor([1, 2, 4, 8, 16, 32, 64, 128], { shape: [2, 2, 2] });
    expect(await groupNorm(x, 1).array()).toEqual(await layerNorm(x, [2, 2]).array());
  });
});
