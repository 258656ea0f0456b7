import {
  clone,
  Generator,
  memory,
  Parameter,
  profile,
  scope,
  stateDict,
  type Tensor,
  tensor,
  valueAndGrad,
  zeros,
} from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { Embedding, embedding, embedding as embeddingOf, Linear, linear } from "./index.js";

const index = tensor([1, 2, 1, 0], { dtype: "i32" });

describe("embedding", () => {
  it("adds up the gradients of repeated tokens, and gives the padding row none", async () => {
    const weight = zeros([3, 2]);
    const gradient = async (paddingIndex?: number) => {
      const { grads } = valueAndGrad(weight, () => embedding(index, weight, { paddingIndex }).sum());
      return grads.get(weight).array();
    };
    expect(await gradient()).toEqual([
      [1, 1],
      [2, 2],
      [1, 1],
    ]);
    expect(await gradient(1)).toEqual([
      [1, 1],
      [0, 0],
      [1, 1],
    ]);
    expect(await gradient(-1)).toEqual([
      [1, 1],
      [2, 2],
      [0, 0],
    ]);
  });

  it("has a second derivative without the padding row, and without rows that do not exist", async () => {
    const weight = tensor([[1], [2], [3]], { dtype: "f64" });
    const places = tensor([0, 1, 2, 2], { dtype: "i32" });
    const cubes = () => embedding(places, weight, { paddingIndex: 1 }).pow(3).sum();
    const { grads } = valueAndGrad(weight, () =>
      valueAndGrad(weight, cubes, { createGraph: true }).grads.get(weight).square().sum(),
    );
    // Σ d², with d = 3 w² and, where a row is taken twice, 6 w²: 2 · d · d'
    expect(await grads.get(weight).array()).toEqual([[2 * 3 * 6], [0], [2 * 54 * 36]]);
    const missing = tensor([0, 7], { dtype: "i32" });
    const { grads: some } = valueAndGrad(weight, () => {
      const inner = valueAndGrad(weight, () => embedding(missing, weight).mul(2).sum(), { createGraph: true });
      return inner.grads.get(weight).mul(weight).sum();
    });
    expect(await some.get(weight).array()).toEqual([[2], [0], [0]]);
  });

  it("is one op with one gradient op", () => {
    const layer = new Embedding(3, 2);
    const { ops } = profile(() => scope(() => void valueAndGrad(layer, () => layer.forward(index).sum())));
    const names = ops.map(({ op }) => op).filter((op) => op.startsWith("embedding"));
    expect(names.sort()).toEqual(["embedding", "embeddingGrad"]);
  });
});

describe("Embedding", () => {
  it("starts standard normal, with zeros in the padding row", async () => {
    const layer = new Embedding(200, 50, { paddingIndex: 3, generator: new Generator(1) });
    const values = [...(await layer.weight.data())];
    expect(values.slice(150, 200)).toEqual(new Array(50).fill(0));
    const square = values.reduce((sum, value) => sum + value * value, 0) / (199 * 50);
    expect(square).toBeCloseTo(1, 1);
    expect(Object.keys(stateDict(layer))).toEqual(["weight"]);
    expect(String(layer)).toBe("Embedding(200, 50, paddingIndex=3)");
  });

  it("shortens the rows that it looks up, and differentiates by them as they are then", async () => {
    const weight = new Parameter(
      tensor(
        [
          [3, 4],
          [6, 8],
          [0.3, 0.4],
        ],
        { dtype: "f64" },
      ),
    );
    const layer = new Embedding(3, 2, { weight, maxNorm: 1 });
    const { grads } = valueAndGrad(layer, () =>
      layer
        .forward(tensor([0, 2, 0], { dtype: "i32" }))
        .square()
        .sum(),
    );
    const [first, second, third] = (await weight.array()) as number[][];
    expect(first[0]).toBeCloseTo(0.6, 6);
    expect([second, third]).toEqual([
      [6, 8],
      [0.3, 0.4],
    ]);
    const [ofFirst] = (await grads.get(weight).array()) as number[][];
    expect(ofFirst[0]).toBeCloseTo(4 * 0.6, 6);
    const before = memory().liveBuffers;
    scope(() => void layer.forward(index));
    expect(memory().liveBuffers).toBe(before);
    expect(String(layer)).toBe("Embedding(3, 2, maxNorm=1)");
    expect(() => new Embedding(3, 2, { maxNorm: 0 })).toThrow(/\[Embedding\] maxNorm is not a positive number/);
  });

  it("holds nothing but its table", () => {
    const before = memory().liveBuffers;
    new Embedding(4, 3, { paddingIndex: 0 });
    expect(memory().liveBuffers).toBe(before + 1);
  });
});

describe("tied weights", () => {
  it("are one parameter in two layers, with the gradients of both", async () => {
    const embedding = new Embedding(4, 3, { dtype: "f64" });
    const head = new Linear(3, 4, { weight: embedding.weight, bias: false });
    const model = { embedding, head };
    expect(Object.keys(stateDict(model))).toEqual(["embedding.weight"]);
    const run = (weights: readonly Tensor[]) => {
      const { grads } = valueAndGrad(weights, () =>
        linear(embeddingOf(index, weights[0]), weights.at(-1)!).square().sum(),
      );
      return weights.map((weight) => grads.get(weight));
    };
    const [first, second] = run([clone(embedding.weight), clone(embedding.weight)]);
    const { grads } = valueAndGrad(model, () => head.forward(embedding.forward(index)).square().sum());
    const difference = grads.get(embedding.weight).sub(first.add(second)).abs().max();
    expect(await difference.item()).toBeLessThan(1e-12);
  });

  it("must have the shape of the layer", () => {
    const { weight } = new Embedding(4, 3);
    expect(() => new Linear(4, 3, { weight })).toThrow(/\[Linear\][^]*f32 \[4, 3\][^]*\[3, 4\]/);
    expect(() => new Embedding(3, 4, { weight })).toThrow("[Embedding]");
    expect(new Embedding(4, 3, { weight }).weight).toBe(weight);
  });
});
