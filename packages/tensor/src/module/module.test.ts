import { cpu } from "@nn/backend-cpu";
import { describe, expect, it } from "vitest";
import {
  Buffer,
  childrenOf,
  freeze,
  loadStateDict,
  moveTo,
  namedBuffers,
  namedParameters,
  Parameter,
  parameters,
  requireBuilt,
  stateDict,
  tensor,
  valueAndGrad,
  walk,
  zeros,
} from "../index.js";

const linear = () => ({
  weight: new Parameter(
    tensor([
      [1, 2],
      [3, 4],
    ]),
  ),
  bias: new Parameter(tensor([5, 6])),
});

describe("Parameter", () => {
  it("takes over its initial value", () => {
    const initial = tensor([1, 2]);
    const weight = new Parameter(initial);
    expect(initial.disposed).toBe(true);
    expect(weight.shape).toEqual([2]);
  });

  it("rebinds on assign, and views made before keep the old values", async () => {
    const weight = new Parameter(tensor([1, 2]));
    const view = weight.reshape([2, 1]);
    weight.assign(tensor([3, 4]));
    expect(await weight.array()).toEqual([3, 4]);
    expect(await view.array()).toEqual([[1], [2]]);
    expect(() => weight.assign(tensor([1]))).toThrow(/expected\s+f32 \[2\]\s+got\s+f32 \[1\]/);
  });

  it("makes a backward pass fail that needs the old values", () => {
    const weight = new Parameter(tensor([1, 2]));
    const run = () =>
      valueAndGrad({ weight }, () => {
        const loss = weight.mul(weight).sum();
        weight.assign(tensor([3, 4]));
        return loss;
      });
    expect(run).toThrow(/assigned after the forward pass/);
  });
});

describe("trees", () => {
  it("name parameters by their path, each once, through arrays, Maps and cycles", () => {
    const shared = new Parameter(zeros([1]));
    const model: Record<string, unknown> = {
      layers: [{ w: shared }, { w: shared, b: new Parameter(zeros([2])) }],
      heads: new Map([["a", linear()]]),
    };
    model.self = model;
    expect([...namedParameters(model).keys()]).toEqual(["layers.0.w", "layers.1.b", "heads.a.weight", "heads.a.bias"]);
  });

  it('give a child named "" no name of its own, and list nothing that is not there yet', () => {
    const wrapper = { [childrenOf]: () => [["", linear()] as const] };
    expect(Object.keys(stateDict({ fc: wrapper }))).toEqual(["fc.weight", "fc.bias"]);
    const waiting = {
      [requireBuilt](path: readonly string[]) {
        throw new Error(`waits: ${path.join(".")}`);
      },
    };
    const model = { layers: [linear(), waiting] };
    for (const list of [namedParameters, namedBuffers, stateDict]) expect(() => list(model)).toThrow("layers.1");
    walk(model, () => {});
  });

  it("freeze takes parameters out of valueAndGrad", () => {
    const model = linear();
    freeze({ bias: model.bias });
    const { grads } = valueAndGrad(model, () => model.weight.sum().add(model.bias.sum()));
    expect(grads.has(model.weight)).toBe(true);
    expect(() => grads.get(model.bias)).toThrow(/was not a target/);
  });
});

describe("state dicts", () => {
  it("go from one module to another", async () => {
    const source = { fc: linear(), mean: new Buffer(tensor([7])) };
    const target = {
      fc: { weight: new Parameter(zeros([2, 2])), bias: new Parameter(zeros([2])) },
      mean: new Buffer(zeros([1])),
    };
    loadStateDict(target, stateDict(source));
    expect(await target.fc.weight.array()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect(await target.mean.array()).toEqual([7]);
  });

  it("list everything that does not fit, and load nothing then", async () => {
    const target = linear();
    const load = () => loadStateDict(target, { weight: zeros([2, 2]), bias: zeros([3]), gamma: zeros([1]) });
    expect(load).toThrow(/2 of 3 names[^]*bias\s+expected f32 \[2\]\s+got f32 \[3\][^]*gamma\s+unexpected/);
    expect(await target.weight.array()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    loadStateDict(target, { weight: zeros([2, 2]) }, { strict: false });
    expect(await target.weight.array()).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("tied weights", () => {
  const shared = new Parameter(zeros([2]));
  const model = { embedding: { weight: shared }, head: { weight: shared } };

  it("are listed once, and loaded under any of their names", async () => {
    expect(Object.keys(stateDict(model))).toEqual(["embedding.weight"]);
    loadStateDict(model, { "head.weight": tensor([1, 2]) });
    expect(await shared.array()).toEqual([1, 2]);
    loadStateDict(model, { "embedding.weight": tensor([3, 4]), "head.weight": tensor([3, 4]) });
    expect(await shared.array()).toEqual([3, 4]);
  });

  it("are refused in another shape, under whichever name", () => {
    expect(() => loadStateDict(model, { "head.weight": zeros([3]) })).toThrow(/expected f32 \[2\]\s+got f32 \[3\]/);
    const both = { "embedding.weight": zeros([2]), "head.weight": zeros([3]) };
    expect(() => loadStateDict(model, both)).toThrow(/head\.weight\s+unexpected/);
    expect(() => loadStateDict(model, { "embedding.weight": zeros([2]), "tail.weight": zeros([2]) })).toThrow("tail");
  });

  it("get the sum of the gradients of all places", async () => {
    const { grads } = valueAndGrad(model, () => model.embedding.weight.mul(2).sum().add(model.head.weight.sum()));
    expect(await grads.get(shared).array()).toEqual([3, 3]);
  });
});

describe("moveTo", () => {
  it("moves a module in place and frees the old memory", async () => {
    const from = cpu();
    const to = cpu();
    const model = { weight: new Parameter(tensor([1, 2], { backend: from })) };
    await moveTo(model, to);
    expect(model.weight.backend).toBe(to);
    expect(from.memory().liveBuffers).toBe(0);
    expect(await model.weight.array()).toEqual([1, 2]);
  });

  it("is named by the error of mixed backends", () => {
    const a = tensor([1], { backend: cpu() });
    const b = tensor([1], { backend: cpu() });
    expect(() => a.add(b)).toThrow(/different backends[^]*moveTo/);
  });

  it("leaves tensors that already are there alone", async () => {
    const model = linear();
    const [weight] = parameters(model);
    await moveTo(model, weight!.backend);
    expect(parameters(model)[0]).toBe(weight);
  });
});
