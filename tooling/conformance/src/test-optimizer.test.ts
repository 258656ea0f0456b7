import { cpu } from "@nn/backend-cpu";
import { wasm } from "@nn/backend-wasm";
import { Adadelta, Adagrad, Adam, Adamax, AdamW, Lion, NAdam, type Optimizer, RAdam, RMSprop, SGD } from "@nn/optim";
import { Buffer, type Gradients, keep, parameters, setBackend, type Tensor, zerosLike } from "@nn/tensor";
import {
  type GoldenCase,
  type OptimizerModel,
  type TestOptimizerOptions,
  type TrajectoryOptimizer,
  testOptimizer,
} from "@nn/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failuresOf } from "./run-tests.js";

type Make = (target: object) => Pick<Optimizer, "step" | "stateDict" | "loadStateDict">;

/** With rates that suit the quadratic. */
const optimizers: Record<string, Make> = {
  SGD: (target) => new SGD(target, { lr: 0.1 }),
  "SGD, Nesterov": (target) => new SGD(target, { lr: 0.05, momentum: 0.8, nesterov: true }),
  Adam: (target) => new Adam(target, { lr: 0.05 }),
  "Adam, amsgrad": (target) => new Adam(target, { lr: 0.05, amsgrad: true }),
  AdamW: (target) => new AdamW(target, { lr: 0.05, weightDecay: 1e-4 }),
  RMSprop: (target) => new RMSprop(target, { lr: 0.02 }),
  "RMSprop, centered, momentum": (target) => new RMSprop(target, { lr: 0.005, centered: true, momentum: 0.5 }),
  Adagrad: (target) => new Adagrad(target, { lr: 0.5, lrDecay: 1e-3 }),
  Adadelta: (target) => new Adadelta(target, { lr: 0.3, eps: 0.01 }),
  Adamax: (target) => new Adamax(target, { lr: 0.05 }),
  NAdam: (target) => new NAdam(target, { lr: 0.05 }),
  RAdam: (target) => new RAdam(target, { lr: 0.1 }),
  Lion: (target) => new Lion(target, { lr: 0.01, weightDecay: 1e-3 }),
};

const wasmBackend = await wasm();
describe.each([
  ["cpu", cpu()],
  ["wasm", wasmBackend],
])("on %s", (_, backend) => {
  beforeAll(() => setBackend(backend));
  afterAll(() => setBackend(cpu()));
  for (const [name, make] of Object.entries(optimizers)) {
    testOptimizer(make, { name, describe, it, makeGroups: make });
  }
});

/** Gradient descent with momentum, written out, to break. */
class Descent {
  momentum: Record<string, Buffer> = {};
  constructor(readonly model: OptimizerModel) {}
  step(grads: Gradients, { keep = false } = {}): void {
    for (const [name, parameter] of Object.entries(this.model)) {
      if (!parameter.requiresGrad || !grads.has(parameter)) continue;
      this.momentum[name] ??= new Buffer(zerosLike(parameter));
      this.update(parameter, this.momentum[name], grads.get(parameter));
    }
    if (!keep) grads.dispose();
  }
  update(parameter: Tensor & { assign(x: Tensor): unknown }, momentum: Buffer, gradient: Tensor): void {
    momentum.assign(momentum.mul(0.5).add(gradient));
    parameter.assign(parameter.sub(momentum.mul(0.1)));
  }
  stateDict(): Record<string, Tensor> {
    return this.momentum;
  }
  loadStateDict(state: Record<string, Tensor>): void {
    checkFits(this.model, state);
    for (const [name, value] of Object.entries(state)) this.momentum[name] = new Buffer(value.mul(1));
  }
}

function checkFits(model: OptimizerModel, state: Record<string, Tensor>): void {
  for (const [name, { shape }] of Object.entries(state)) {
    if (`${new Map(Object.entries(model)).get(name)?.shape}` !== `${shape}`) throw new Error("does not fit");
  }
}

const failing = (make: (model: OptimizerModel) => Descent, options: Partial<TestOptimizerOptions<object>> = {}) =>
  failuresOf((runner) => testOptimizer(make, { name: "test", ...options, ...runner }));

describe("testOptimizer", () => {
  it("finds nothing where nothing is wrong", async () => {
    expect(await failing((model) => new Descent(model))).toEqual({});
  });

  it("catches one that goes uphill", async () => {
    class Uphill extends Descent {
      override update(...[parameter, momentum, gradient]: Parameters<Descent["update"]>) {
        super.update(parameter, momentum, gradient.neg());
      }
    }
    expect(Object.keys(await failing((model) => new Uphill(model)))).toEqual(["minimizes a quadratic"]);
  });

  it("catches state that is not loaded", async () => {
    class Forgetful extends Descent {
      override loadStateDict() {}
    }
    expect(Object.keys(await failing((model) => new Forgetful(model)))).toEqual([
      "goes on from a state dict on the same trajectory",
      "finds its state by the names of the parameters, in whatever order",
    ]);
  });

  it("catches state that goes by the position of the parameters", async () => {
    class ByPosition extends Descent {
      override stateDict() {
        const names = Object.keys(this.model);
        return Object.fromEntries(names.map((name, i) => [String(i), this.momentum[name]!]));
      }
      override loadStateDict(state: Record<string, Tensor>) {
        const names = Object.keys(this.model);
        super.loadStateDict(Object.fromEntries(Object.entries(state).map(([i, value]) => [names[Number(i)]!, value])));
      }
    }
    expect(Object.keys(await failing((model) => new ByPosition(model)))).toEqual([
      "finds its state by the names of the parameters, in whatever order",
    ]);
  });

  it("catches the state of another model that is loaded, or spoils what was there", async () => {
    class Trusting extends Descent {
      override loadStateDict(state: Record<string, Tensor>) {
        for (const [name, value] of Object.entries(state)) this.momentum[name] = new Buffer(value.mul(1));
      }
    }
    class Hasty extends Descent {
      override loadStateDict(state: Record<string, Tensor>) {
        this.momentum = {};
        super.loadStateDict(state);
      }
    }
    const name = "is not harmed by the state of another model";
    expect((await failing((model) => new Trusting(model)))[name]).toContain(
      "loads the state of a model of other shapes",
    );
    expect((await failing((model) => new Hasty(model)))[name]).toContain("lost its state");
  });

  it("catches groups whose learning rates are ignored", async () => {
    const ignoring: TestOptimizerOptions<object>["makeGroups"] = (groups) => {
      const [weight, bias] = [groups[0]!.params.weight!, groups[1]!.params.bias!];
      return new Descent({ weight, bias });
    };
    const failed = await failing((model) => new Descent(model), { makeGroups: ignoring });
    expect(Object.values(failed)).toEqual([expect.stringContaining("learning rate of 0 moved")]);
  });

  it("follows a trajectory, and catches one that leaves it", async () => {
    const numbers = (shape: number[], ...data: number[]) =>
      ({ dtype: "f64", shape, data: Float64Array.from(data) }) as const;
    const golden = (second: number): GoldenCase => ({
      op: "descent",
      name: "two steps",
      inputs: { p0: numbers([1], 1), p1: numbers([], 2), g0: numbers([2, 1], 1, 1), g1: numbers([2], 0, 0) },
      options: {},
      // 1 - 0.1 * 1, then 0.9 - 0.1 * 1.5.
      outputs: { p0: numbers([2, 1], 0.9, second), p1: numbers([2], 2, 2) },
      gradOutputs: {},
      grads: {},
    });
    const make: TrajectoryOptimizer = ([weight, bias]) => new Descent({ weight: weight!, bias: bias! });
    const trajectory = (second: number) => ({ trajectories: { goldens: [golden(second)], make } });
    expect(await failing((model) => new Descent(model), trajectory(0.75))).toEqual({});
    expect(Object.values(await failing((model) => new Descent(model), trajectory(0.8)))).toEqual([
      expect.stringContaining("p0 differs after step 2"),
    ]);
  });

  it("catches gradients that are kept, or disposed against the wish", async () => {
    class Keeping extends Descent {
      override step(grads: Gradients) {
        super.step(grads, { keep: true });
      }
    }
    class Disposing extends Descent {
      override step(grads: Gradients) {
        super.step(grads);
      }
    }
    const name = "uses up the gradients unless they are to be kept";
    expect((await failing((model) => new Keeping(model)))[name]).toContain("outlive");
    expect((await failing((model) => new Disposing(model)))[name]).toContain("keep: true");
  });

  it("catches one that moves frozen parameters, or those without a gradient", async () => {
    class Thawing extends Descent {
      override step(grads: Gradients, options?: { keep?: boolean }) {
        super.step(grads, options);
        const { bias } = this.model;
        bias.assign(bias.mul(0.9));
      }
    }
    expect(Object.keys(await failing((model) => new Thawing(model)))).toContain(
      "leaves frozen parameters and those without a gradient alone",
    );
  });

  it("catches a leak, and state that does not move along", async () => {
    class Leaking extends Descent {
      override step(grads: Gradients, options?: { keep?: boolean }) {
        for (const parameter of parameters(this.model)) keep(parameter.mul(1));
        super.step(grads, options);
      }
    }
    expect(Object.keys(await failing((model) => new Leaking(model)))).toEqual(["keeps its memory balance"]);

    class Private extends Descent {
      readonly #momentum: Record<string, Buffer> = {};
      override step(grads: Gradients, options?: { keep?: boolean }) {
        this.momentum = this.#momentum;
        super.step(grads, options);
        this.momentum = {};
      }
      override stateDict() {
        return this.#momentum;
      }
      override loadStateDict(state: Record<string, Tensor>) {
        checkFits(this.model, state);
        for (const [name, value] of Object.entries(state)) this.#momentum[name] = new Buffer(value.mul(1));
      }
    }
    expect(Object.keys(await failing((model) => new Private(model)))).toEqual([
      "moves to another backend in the middle and goes on",
    ]);
  });
});
