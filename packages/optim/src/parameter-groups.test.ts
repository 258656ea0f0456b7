import { Parameter, tensor, valueAndGrad, zeros } from "@nn/tensor";
import { expect, test } from "vitest";
import { AdamW, noWeightDecay, parameterGroups, SGD } from "./index.js";

function makeModel() {
  const layer = () => ({ weight: new Parameter(tensor([[2, 2]])), bias: new Parameter(tensor([2])) });
  return { backbone: layer(), head: layer(), norm: { weight: new Parameter(tensor([2])) } };
}
const names = (groups: readonly { params: ReadonlyMap<string, Parameter> }[]) =>
  groups.map(({ params }) => [...params.keys()]);

test("the first rule that matches counts, by path, pattern or function", () => {
  const model = makeModel();
  const groups = parameterGroups(model, [
    { match: "head.bias", lr: 1 },
    { match: "head", lr: 2 },
    { match: (_name, parameter) => parameter.rank === 1, weightDecay: 0 },
    { match: /w.*t/g },
  ]);
  expect(names(groups)).toEqual([
    ["head.bias"],
    ["head.weight"],
    ["backbone.bias", "norm.weight"],
    ["backbone.weight"],
    [],
  ]);
  expect(new SGD(groups, { lr: 0.5 }).groups.map(({ lr }) => lr)).toEqual([1, 2, 0.5, 0.5, 0.5]);
});

test("a rule that matches nothing is an error with the names", () => {
  const rules = [{ match: "bacbone", lr: 1 }];
  expect(() => parameterGroups(makeModel(), rules)).toThrow(/rule +0: bacbone[^]*backbone\.weight, backbone\.bias/);
});

test("noWeightDecay spares biases and norms", () => {
  const model = makeModel();
  const optimizer = new AdamW(noWeightDecay(model), { lr: 0.5, weightDecay: 0.5 });
  // No gradient but the decay's.
  const { grads } = valueAndGrad(model, () =>
    [model.backbone.weight, model.backbone.bias, model.norm.weight]
      .map((p) => p.mul(0).sum())
      .reduce((a, b) => a.add(b)),
  );
  optimizer.step(grads);
  expect([...model.backbone.weight.dataSync()]).toEqual([1.5, 1.5]);
  expect([...model.backbone.bias.dataSync(), ...model.norm.weight.dataSync()]).toEqual([2, 2]);
});

test("a state dict of groups goes by the names, whatever the order of the fields", () => {
  const model = makeModel();
  const step = (of: ReturnType<typeof makeModel>, optimizer: AdamW) =>
    optimizer.step(valueAndGrad(of, () => of.backbone.bias.square().sum().add(of.norm.weight.sum())).grads);
  const before = new AdamW(noWeightDecay(model));
  step(model, before);
  const { backbone, head, norm } = makeModel();
  const other = { norm, head, backbone: { bias: backbone.bias, weight: backbone.weight } };
  const after = new AdamW(noWeightDecay(other));
  after.loadStateDict(before.stateDict());
  const state = after.stateDict().state;
  expect([...state["1.backbone.bias.exp_avg"]!.dataSync()][0]).toBeCloseTo(0.4, 6);
  expect([...state["1.norm.weight.exp_avg"]!.dataSync()][0]).toBeCloseTo(0.1, 6);
});

test("other groups than those saved are refused", () => {
  const model = { weight: new Parameter(zeros([2, 2])), bias: new Parameter(zeros([2])) };
  const saved = new AdamW(noWeightDecay(model)).stateDict();
  expect(() => new AdamW(model).loadStateDict(saved)).toThrow(/groups +expected 1 +got 2/);
});
