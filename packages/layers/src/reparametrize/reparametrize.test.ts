import { namedBuffers, parameters, stateDict, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { evaluate, Linear, normal, removeSpectralNorm, removeWeightNorm, spectralNorm, weightNorm } from "../index.js";

const values = async (layer: Linear) => (await layer.weight.array()) as number[][];

describe("weightNorm", () => {
  it("keeps the weight, and splits it into length and direction", async () => {
    const layer = new Linear(3, 2, { bias: false });
    layer.weight.assign(tensor([3, 0, 4, 0, 5, 0], { shape: [2, 3] }));
    weightNorm(layer);
    expect(await values(layer)).toEqual([
      [3, 0, 4],
      [0, 5, 0],
    ]);
    const { weight_g, weight_v } = stateDict(layer);
    expect(await weight_g.array()).toEqual([[5], [5]]);
    expect(weight_v.shape).toEqual([2, 3]);
    expect(parameters(layer).length).toBe(2);
  });

  it("is trained by both, and taken back", async () => {
    const layer = weightNorm(new Linear(3, 2));
    const { grads } = valueAndGrad(layer, () =>
      layer
        .forward(normal([4, 3]))
        .square()
        .sum(),
    );
    expect([...grads].length).toBe(3);
    const before = await values(layer);
    removeWeightNorm(layer);
    expect(await values(layer)).toEqual(before);
    expect(Object.keys(stateDict(layer)).sort()).toEqual(["bias", "weight"]);
    expect(String(layer)).toBe("Linear(inFeatures=3, outFeatures=2, bias=true)");
  });

  it("takes one length for all, and refuses what is no parameter", () => {
    expect(stateDict(weightNorm(new Linear(3, 2), "weight", null)).weight_g.shape).toEqual([1, 1]);
    expect(() => weightNorm(new Linear(3, 2), "kernel")).toThrow('no parameter "kernel"');
    expect(() => weightNorm(weightNorm(new Linear(3, 2)))).toThrow('no parameter "weight"');
    expect(() => removeWeightNorm(new Linear(3, 2))).toThrow('no parameter "weight_g"');
  });
});

describe("spectralNorm", () => {
  it("brings the largest singular value to 1", async () => {
    const layer = new Linear(2, 2, { bias: false });
    layer.weight.assign(tensor([3, 0, 0, 7], { shape: [2, 2] }));
    spectralNorm(layer);
    for (let i = 0; i < 30; i++) layer.forward(zeros([1, 2]));
    const [[a], [, d]] = await values(layer);
    expect(d).toBeCloseTo(1, 5);
    expect(a).toBeCloseTo(3 / 7, 5);
  });

  it("moves its vectors in training only, also when called twice in one forward pass", async () => {
    const layer = spectralNorm(new Linear(3, 2));
    const u = () => namedBuffers(layer).get("weight_u")!.data();
    const before = await u();
    const { grads } = valueAndGrad(layer, () =>
      layer
        .forward(normal([4, 3]))
        .sum()
        .add(layer.forward(normal([4, 3])).sum()),
    );
    expect([...grads].length).toBe(2);
    const after = await u();
    expect(after).not.toEqual(before);
    evaluate(layer).forward(zeros([1, 3]));
    expect(await u()).toEqual(after);
  });

  it("is taken back, and refuses vectors", () => {
    const layer = removeSpectralNorm(spectralNorm(new Linear(3, 2)));
    expect(Object.keys(stateDict(layer)).sort()).toEqual(["bias", "weight"]);
    layer.forward(zeros([1, 3]));
    expect(() => spectralNorm(new Linear(3, 2), "bias")).toThrow("a vector has no singular values");
  });
});
