import { type Backend, BackendError, type Kernel } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import {
  Buffer,
  freeze,
  type Gradients,
  memory,
  moveTo,
  Parameter,
  parameters,
  setBackend,
  type Tensor,
  tensor,
  valueAndGrad,
} from "@nn/tensor";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Adam, AdamW, type Optimizer, type OptimizerRule, optimizer, SGD, sgd } from "./index.js";

/** The CPU backend, with a count of its allocations and the sizes of its step calls. */
function watchedBackend() {
  const base = fusedCpu();
  const watched = { allocations: 0, calls: [] as number[], fails: false };
  const watch = (kernel: Kernel): Kernel => ({
    ...kernel,
    run(io) {
      if (watched.fails) throw new BackendError({ where: "test", problem: "device lost", fix: "none" });
      watched.calls.push(io.inputs.length);
      kernel.run(io);
    },
  });
  const { sgdStep, adamStep } = base.kernels;
  const backend: Backend = {
    ...base,
    kernels: { ...base.kernels, sgdStep: watch(sgdStep as Kernel), adamStep: watch(adamStep as Kernel) },
    alloc(dtype, length) {
      watched.allocations++;
      return base.alloc(dtype, length);
    },
  };
  return Object.assign(watched, { backend });
}

/** A layer with two parameters, a running statistic and a quadratic loss. */
function makeModel() {
  const model = {
    linear: { weight: new Parameter(tensor([[1, -2, 3]])), bias: new Parameter(tensor([0.5])) },
    running: new Buffer(tensor([1])),
  };
  const loss = () => model.linear.weight.square().sum().add(model.linear.bias.square().sum());
  const grads = () => {
    const result = valueAndGrad(model, loss);
    result.loss.dispose();
    return result.grads;
  };
  return { model, grads };
}
const values = (model: object) => parameters(model).map((parameter) => [...parameter.dataSync()]);

describe("step", () => {
  test("moves every parameter and consumes the gradients", () => {
    const { model, grads } = makeModel();
    const given = grads();
    new SGD(model, { lr: 0.25 }).step(given);
    expect(values(model)).toEqual([[0.5, -1, 1.5], [0.25]]);
    expect([...given].every(([, gradient]) => gradient.disposed)).toBe(true);
  });

  test("keep leaves the gradients alive", () => {
    const { model, grads } = makeModel();
    const given = grads();
    new SGD(model, { lr: 0.25 }).step(given, { keep: true });
    expect([...given.get(model.linear.bias).dataSync()]).toEqual([1]);
  });

  test("leaves parameters without a gradient and frozen ones alone", () => {
    const { model } = makeModel();
    const { grads } = valueAndGrad(model, () => model.linear.weight.sum());
    new SGD(model, { lr: 1 }).step(grads);
    expect(values(model)).toEqual([[0, -3, 2], [0.5]]);

    const both = valueAndGrad(model, () => model.linear.weight.sum().add(model.linear.bias.sum())).grads;
    freeze(model.linear);
    model.linear.bias.requiresGrad = true;
    new SGD(model, { lr: 1 }).step(both);
    expect(values(model)).toEqual([[0, -3, 2], [-0.5]]);
  });

  test("each parameter counts its own steps", () => {
    const { model, grads } = makeModel();
    const adam = new Adam(model, { lr: 0.1 });
    adam.step(valueAndGrad(model, () => model.linear.weight.sum()).grads);
    adam.step(grads());
    expect(adam.stateDict().steps).toEqual({ "linear.weight": 2, "linear.bias": 1 });
    // Bias correction of a first step: exactly the learning rate.
    expect(model.linear.bias.dataSync()[0]).toBeCloseTo(0.4, 6);
  });

  test("momentum that is switched on later starts from zero", () => {
    const { model, grads } = makeModel();
    const plain = new SGD(model, { lr: 0.25 });
    plain.step(grads());
    plain.groups[0]!.momentum = 0.5;
    plain.step(grads());
    expect(Object.keys(plain.stateDict().state)).toEqual([
      "linear.weight.momentum_buffer",
      "linear.bias.momentum_buffer",
    ]);
    expect(values(model)).toEqual([[0.25, -0.5, 0.75], [0.125]]);
  });

  test("says when the gradients are of another model, gone, or misshapen", () => {
    const { model, grads } = makeModel();
    expect(() => new SGD(makeModel().model, { lr: 1 }).step(grads())).toThrow(/no gradient belongs[^]*linear\.weight/);
    const used = grads();
    used.dispose();
    expect(() => new SGD(model, { lr: 1 }).step(used)).toThrow(/linear\.weight[^]*keep: true/);
    const bent = grads().map((gradient) => gradient.reshape([-1, 1]));
    expect(() => new SGD(model, { lr: 1 }).step(bent)).toThrow(/parameter +f32 \[1, 3\][^]*gradient +f32 \[3, 1\]/);
    expect(values(model)).toEqual([[1, -2, 3], [0.5]]);
  });
});

describe("hyper-parameters", () => {
  test("lr is readable and settable, for all groups at once", () => {
    const { model } = makeModel();
    const { weight, bias } = model.linear;
    const groups = new SGD([{ params: [weight] }, { params: [bias], lr: 0.5, weightDecay: 0.25 }], { lr: 0.1 });
    expect(groups.groups.map(({ lr, weightDecay }) => [lr, weightDecay])).toEqual([
      [0.1, 0],
      [0.5, 0.25],
    ]);
    expect(groups.lr).toBe(0.1);
    groups.lr = 0.01;
    expect(groups.groups.map(({ lr }) => lr)).toEqual([0.01, 0.01]);
  });

  test("groups move with their own", () => {
    const { model, grads } = makeModel();
    const { weight, bias } = model.linear;
    new SGD([{ params: [weight], lr: 0 }, { params: { bias } }], { lr: 0.25 }).step(grads());
    expect(values(model)).toEqual([[1, -2, 3], [0.25]]);
  });

  test.each<[string, (model: object) => unknown, RegExp]>([
    ["a negative rate", (model) => new SGD(model, { lr: -1 }), /lr makes no sense[^]*got -1/],
    ["a beta of 1", (model) => new Adam(model, { betas: [0.9, 1] }), /betas\[1\] makes no sense[^]*below 1/],
    ["nesterov alone", (model) => new SGD(model, { lr: 1, nesterov: true }), /nesterov needs momentum/],
    ["a misspelt name", (model) => new Adam(model, { weight_decay: 1 } as object), /weight_decay[^]*weightDecay/],
    ["no parameters", () => new Adam({}), /nothing to train/],
    [
      "a parameter twice",
      (model) => new Adam([{ params: model }, { params: model }]),
      /two groups[^]*0\.linear\.weight/,
    ],
  ])("%s is refused", (_, make, message) => {
    expect(() => make(makeModel().model)).toThrow(message);
  });

  test("a rate that a schedule spoils is refused before anything moves", () => {
    const { model, grads } = makeModel();
    const sgd = new SGD(model, { lr: 1 });
    sgd.lr = Number.NaN;
    expect(() => sgd.step(grads())).toThrow(/lr makes no sense[^]*NaN/);
    expect(values(model)).toEqual([[1, -2, 3], [0.5]]);
  });
});

describe("state", () => {
  const train = (optimizer: Pick<Optimizer, "step">, grads: () => Gradients, steps: number) => {
    for (let i = 0; i < steps; i++) optimizer.step(grads());
  };

  test("a loaded optimizer goes on bit for bit, whatever the order of the fields", async () => {
    const first = makeModel();
    const before = new AdamW(first.model, { lr: 0.1, amsgrad: true });
    train(before, first.grads, 3);
    const { state, ...json } = before.stateDict();

    const { linear } = first.model;
    const copy = (p: Tensor) => new Parameter(tensor(p.dataSync(), { shape: p.shape }));
    const model = { linear: { bias: copy(linear.bias), weight: copy(linear.weight) } };
    const loss = () => model.linear.weight.square().sum().add(model.linear.bias.square().sum());
    const after = new AdamW(model, { lr: 7, amsgrad: true });
    after.loadStateDict({ ...(JSON.parse(JSON.stringify(json)) as typeof json), state });
    expect(after.lr).toBe(0.1);

    train(before, first.grads, 2);
    train(after, () => valueAndGrad(model, loss).grads, 2);
    expect(values(model).reverse()).toEqual(values(first.model));
  });

  test("an optimizer can load its own", () => {
    const { model, grads } = makeModel();
    const adam = new Adam(model);
    adam.step(grads());
    const momenta = [...adam.stateDict().state["linear.weight.exp_avg"]!.dataSync()];
    adam.loadStateDict(adam.stateDict());
    expect([...adam.stateDict().state["linear.weight.exp_avg"]!.dataSync()]).toEqual(momenta);
  });

  test("what does not fit is listed, and nothing is loaded", () => {
    const { model, grads } = makeModel();
    const adam = new Adam(model);
    adam.step(grads());
    const saved = adam.stateDict();
    expect(() => new SGD(model, { lr: 1 }).loadStateDict(saved)).toThrow(/expected sgd +got adam/);
    const { "linear.bias.exp_avg": _, ...state } = saved.state;
    const other = new Adam(model, { lr: 5 });
    expect(() => other.loadStateDict({ ...saved, state })).toThrow(/linear\.bias\.exp_avg +missing/);
    const wrong = { ...saved.state, "linear.bias.exp_avg": tensor([1, 2]) };
    expect(() => other.loadStateDict({ ...saved, state: wrong })).toThrow(
      /linear\.bias\.exp_avg +expected f32 \[1\] +got f32 \[2\]/,
    );
    expect(other.lr).toBe(5);
    expect(other.stateDict().steps).toEqual({});
  });

  test("moveTo moves it to another backend, and the curve goes on", async () => {
    const [here, there] = [makeModel(), makeModel()];
    const [stays, moves] = [new Adam(here.model), new Adam(there.model)];
    train(stays, here.grads, 4);
    train(moves, there.grads, 2);
    const backend = fusedCpu();
    await moveTo(there.model, backend);
    await moveTo(moves, backend);
    train(moves, there.grads, 2);
    expect(Object.values(moves.stateDict().state).every((tensor) => tensor.backend === backend)).toBe(true);
    for (const [i, list] of values(here.model).entries()) {
      for (const [j, value] of list.entries()) expect(values(there.model)[i]![j]).toBeCloseTo(value, 6);
    }
  });

  test("dispose gives its memory back", () => {
    const { model, grads } = makeModel();
    const adam = new Adam(model);
    const before = memory().liveBytes;
    adam.step(grads());
    expect(memory().liveBytes).toBe(before + 2 * 4 * 4);
    adam.dispose();
    expect(memory().liveBytes).toBe(before);
  });
});

describe("fused steps", () => {
  let kernels: ReturnType<typeof watchedBackend>;
  beforeEach(() => {
    kernels = watchedBackend();
    setBackend(kernels.backend);
  });
  afterEach(() => setBackend(cpu()));

  const makers: [string, (model: object) => Pick<Optimizer, "step">][] = [
    ["SGD", (model) => new SGD(model, { lr: 0.1 })],
    ["SGD with momentum", (model) => new SGD(model, { lr: 0.1, momentum: 0.9 })],
    ["Adam", (model) => new Adam(model)],
    ["Adam with amsgrad", (model) => new Adam(model, { amsgrad: true })],
  ];

  test.each(makers)("%s: one kernel call for a group, in place, without allocation", (_, make) => {
    const { model, grads } = makeModel();
    const optimizer = make(model);
    optimizer.step(grads());
    const buffers = parameters(model).map((parameter) => parameter.buffer);
    const before = memory();
    kernels.calls.length = 0;
    for (let i = 0; i < 3; i++) {
      const given = grads();
      const allocated = kernels.allocations;
      optimizer.step(given);
      expect(kernels.allocations).toBe(allocated);
    }
    expect(kernels.calls).toHaveLength(3);
    expect(parameters(model).every((parameter, i) => parameter.buffer === buffers[i])).toBe(true);
    expect(memory().liveBytes).toBe(before.liveBytes);
  });

  test("a parameter whose values someone else still holds is not overwritten", () => {
    const { model, grads } = makeModel();
    const view = model.linear.weight.reshape([3]);
    new SGD(model, { lr: 0.25 }).step(grads());
    expect([...view.dataSync()]).toEqual([1, -2, 3]);
    expect(values(model)[0]).toEqual([0.5, -1, 1.5]);
  });

  test("a step that fails loses no parameter", () => {
    kernels.fails = true;
    const { model, grads } = makeModel();
    const sgd = new SGD(model, { lr: 0.25, momentum: 0.9 });
    expect(() => sgd.step(grads())).toThrow(/device lost/);
    expect(values(model)).toEqual([[1, -2, 3], [0.5]]);
    expect(sgd.stateDict().steps).toEqual({ "linear.weight": 0, "linear.bias": 0 });
    expect([...sgd.stateDict().state["linear.bias.momentum_buffer"]!.dataSync()]).toEqual([0]);
  });
});

describe("rules of third parties", () => {
  const signed: OptimizerRule<{ lr: number; decay: number }> = {
    name: "acme.signed",
    defaults: { lr: 0.5, decay: 0.5 },
    state: () => ["scale"],
    init: (p) => ({ scale: p.mul(0).add(1) }),
    step: (p, g, { scale }, { options }) => {
      const next = scale!.mul(options.decay);
      return { p: p.sub(g.div(g.abs()).mul(next).mul(options.lr)), state: { scale: next } };
    },
  };

  test("need no more than state and step", () => {
    const { model, grads } = makeModel();
    const open = optimizer(signed, model, { lr: 1 });
    open.step(grads());
    expect(values(model)).toEqual([[0.5, -1.5, 2.5], [0]]);
    expect([...open.stateDict().state["linear.bias.scale"]!.dataSync()]).toEqual([0.5]);
    const before = memory().liveBytes;
    for (let i = 0; i < 3; i++) open.step(grads());
    expect(memory().liveBytes).toBe(before);
  });

  test("that forget a state are named", () => {
    const { model, grads } = makeModel();
    const forgetful = { ...signed, step: (p: Tensor) => ({ p, state: {} }) };
    expect(() => optimizer(forgetful, model).step(grads())).toThrow(/acme\.signed[^]*step gives no "scale"/);
  });

  test("the built-in rules are made of the same", () => {
    const { model, grads } = makeModel();
    optimizer(sgd, model, { lr: 0.25 }).step(grads());
    expect(values(model)).toEqual([[0.5, -1, 1.5], [0.25]]);
  });
});
