import { type Gradients, memory, Parameter, type Tensor, tensor, valueAndGrad } from "@nn/tensor";
import { describe, expect, test } from "vitest";
import {
  Adadelta,
  Adagrad,
  Adamax,
  ASGD,
  Lion,
  LRScheduler,
  NAdam,
  type Optimizer,
  oneCycleLR,
  RAdam,
  RMSprop,
  Rprop,
  SGD,
  sequentialLR,
  stepLR,
} from "./index.js";

function makeModel() {
  const model = { weight: new Parameter(tensor([1, -2])) };
  const grads = (): Gradients => valueAndGrad(model, () => model.weight.square().sum()).grads;
  return { model, grads };
}

const makers: Record<string, (model: object) => Pick<Optimizer, "step" | "stateDict" | "loadStateDict" | "dispose">> = {
  RMSprop: (model) => new RMSprop(model, { centered: true, momentum: 0.5 }),
  Adagrad: (model) => new Adagrad(model, { initialAccumulatorValue: 0.5 }),
  Adadelta: (model) => new Adadelta(model),
  Adamax: (model) => new Adamax(model),
  NAdam: (model) => new NAdam(model),
  RAdam: (model) => new RAdam(model),
  Lion: (model) => new Lion(model),
  Rprop: (model) => new Rprop(model),
  ASGD: (model) => new ASGD(model),
};
/** PyTorch's names, so that checkpoints read alike. */
const states: Record<string, string[]> = {
  RMSprop: ["square_avg", "grad_avg", "momentum_buffer"],
  Adagrad: ["sum"],
  Adadelta: ["square_avg", "acc_delta"],
  Adamax: ["exp_avg", "exp_inf"],
  NAdam: ["exp_avg", "exp_avg_sq", "mu_product"],
  RAdam: ["exp_avg", "exp_avg_sq"],
  Lion: ["exp_avg"],
  Rprop: ["prev", "step_size"],
  ASGD: ["ax"],
};

describe.each(Object.keys(makers))("%s", (name) => {
  test("keeps its state under PyTorch's names, and gives it back", () => {
    const { model, grads } = makeModel();
    const before = memory().liveBytes;
    const optimizer = makers[name]!(model);
    for (let i = 0; i < 3; i++) optimizer.step(grads());
    expect(Object.keys(optimizer.stateDict().state)).toEqual(states[name]!.map((key) => `weight.${key}`));
    optimizer.dispose();
    // Constants of one element stay in a cache.
    expect(memory().liveBytes - before).toBeLessThan(64 * 4);
  });

  test("refuses state of another shape before anything is loaded", () => {
    const { model, grads } = makeModel();
    const optimizer = makers[name]!(model);
    optimizer.step(grads());
    const dict = optimizer.stateDict();
    const last = `weight.${states[name]!.at(-1)}`;
    const other = makers[name]!(makeModel().model);
    expect(() => other.loadStateDict({ ...dict, state: { ...dict.state, [last]: tensor([[1, 2, 3]]) } })).toThrow(
      /weight\.\w+ +expected f32 \[2?\] +got f32 \[1, 3\]/,
    );
    expect(other.stateDict().steps).toEqual({});
  });
});

test.each<[string, (model: object) => unknown, RegExp]>([
  ["RMSprop, alpha", (model) => new RMSprop(model, { alpha: 1 }), /rmsprop[^]*alpha makes no sense/],
  ["Adagrad, lrDecay", (model) => new Adagrad(model, { lrDecay: -1 }), /adagrad[^]*lrDecay makes no sense/],
  ["Adadelta, rho", (model) => new Adadelta(model, { rho: 1.5 }), /rho makes no sense[^]*from 0 to 1/],
  ["Adamax, betas", (model) => new Adamax(model, { betas: [1, 0] }), /betas\[0\] makes no sense/],
  ["NAdam, momentumDecay", (model) => new NAdam(model, { momentumDecay: Number.NaN }), /momentumDecay makes no sense/],
  ["RAdam, eps", (model) => new RAdam(model, { eps: -1 }), /radam[^]*eps makes no sense/],
  ["Lion, betas", (model) => new Lion(model, { betas: [0.9, 2] }), /lion[^]*betas\[1\] makes no sense/],
  ["Rprop, etas", (model) => new Rprop(model, { etas: [1.2, 0.5] }), /rprop[^]*etas make no sense[^]*\[1.2, 0.5\]/],
  ["Rprop, stepSizes", (model) => new Rprop(model, { stepSizes: [-1, 1] }), /rprop[^]*stepSizes\[0\] makes no sense/],
  ["ASGD, lambd", (model) => new ASGD(model, { lambd: -1 }), /asgd[^]*lambd makes no sense/],
])("%s is checked", (_, make, message) => {
  expect(() => make(makeModel().model)).toThrow(message);
});

test("a centered RMSprop outlives a gradient that stands still", () => {
  const { model } = makeModel();
  const optimizer = new RMSprop(model, { centered: true, alpha: 0.5, lr: 1e-3 });
  const still = (): Tensor => model.weight.mul(0.3).sum();
  for (let i = 0; i < 60; i++) optimizer.step(valueAndGrad(model, still).grads);
  expect([...model.weight.dataSync()].every(Number.isFinite)).toBe(true);
});

test("a momentum that a schedule cycles does so within a sequence, too", () => {
  const optimizer = new SGD([new Parameter(tensor([1]))], { lr: 1, momentum: 0.5 });
  const cycle = oneCycleLR({ maxLr: 1, totalSteps: 5, baseMomentum: 0.8, maxMomentum: 0.9 });
  const scheduler = new LRScheduler(optimizer, sequentialLR([stepLR({ stepSize: 9 }), cycle], { milestones: [2] }));
  const momenta = [];
  for (let i = 0; i < 3; i++) {
    momenta.push(optimizer.groups[0]!.momentum);
    scheduler.step();
  }
  expect(momenta).toEqual([0.5, 0.5, 0.9]);
});
