import { moveTo, namedParameters, parameters, stateDict, valueAndGrad, zeros } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import {
  BatchNorm1d,
  Dropout,
  evaluate,
  flatten,
  Lazy,
  LazyBatchNorm1d,
  LazyBatchNorm2d,
  LazyLinear,
  Linear,
  mseLoss,
  predict,
  Sequential,
  summary,
  train,
} from "../index.js";

const model = () => new Sequential(flatten, new LazyLinear(4), new LazyBatchNorm1d(), new Linear(4, 2));

describe("lazy layers", () => {
  it("stand for the layer that they build", () => {
    const net = model();
    predict(net, zeros([1, 2, 3]));
    expect(Object.keys(stateDict(net))).toEqual([
      "1.weight",
      "1.bias",
      "2.weight",
      "2.bias",
      "2.running_mean",
      "2.running_var",
      "2.num_batches_tracked",
      "3.weight",
      "3.bias",
    ]);
    expect(stateDict(net)["1.weight"].shape).toEqual([4, 6]);
    expect(String(net)).toContain("(1): Linear(inFeatures=6, outFeatures=4, bias=true)");
  });

  it("refuse to be listed before, and say what to do", () => {
    const net = model();
    for (const list of [
      () => parameters(net),
      () => stateDict(net),
      () => valueAndGrad(net, () => net.forward(zeros([1, 2, 3])).sum()),
    ]) {
      expect(list).toThrow(/\[LazyLinear\][^]*model\.1[^]*summary\(model, inputShape\)/);
    }
    expect(() => new LazyLinear(3).layer).toThrow("before its first call");
    expect(String(net)).toContain("(1): LazyLinear(outFeatures=4)");
  });

  it("can be moved, put into a mode and summed up before", async () => {
    const net = train(model());
    await moveTo(net, zeros([1]).backend);
    const table = summary(evaluate(net), [1, 2, 3]);
    expect(table.parameters).toBe(4 * 6 + 4 + 8 + 10);
    expect(table.rows.map(({ path, type }) => `${path} ${type}`)).toEqual([
      "0 flatten",
      "1 Linear",
      "2 BatchNorm1d",
      "3 Linear",
    ]);
    expect(table.rows.map(({ outputShape }) => outputShape)).toEqual([
      [1, 6],
      [1, 4],
      [1, 4],
      [1, 2],
    ]);
  });

  it("take over the mode of the tree, also after a predict that built them", () => {
    const lazy = new Lazy((x) => new Sequential(new Linear(x.shape[1], 2), new Dropout(0.5)));
    const dropout = () => lazy.layer.at(1) as Dropout;
    predict(lazy, zeros([1, 3]));
    lazy.forward(zeros([1, 3]));
    expect(dropout().training).toBe(true);
    evaluate(lazy);
    expect(dropout().training).toBe(false);
  });

  it("train like the layers that they stand for", async () => {
    const net = new Sequential(new LazyLinear(3, { bias: false }), new BatchNorm1d(3));
    predict(net, zeros([1, 2]));
    const { grads } = valueAndGrad(net, () => mseLoss(net.forward(zeros([4, 2])), zeros([4, 3])));
    expect([...grads].length).toBe(namedParameters(net).size);
  });

  it("tell what a first input lacks", () => {
    expect(() => predict(new Sequential(new LazyLinear(2)), zeros([]))).toThrow(/\(…, in\)[^]*model\.0/);
    expect(() => new LazyBatchNorm2d().forward(zeros([3]))).toThrow("(n, c, …)");
  });
});
