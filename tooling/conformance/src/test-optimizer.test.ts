import { Adam, AdamW, SGD } from "@nn/optim";
import { Buffer, type Gradients, keep, parameters, type Tensor, zerosLike } from "@nn/tensor";
import { type OptimizerModel, testOptimizer } from "@nn/testing";
import { describe, expect, it } from "vitest";
import { failuresOf } from "./run-tests.js";

testOptimizer((model) => new SGD(model, { lr: 0.1 }), { name: "SGD", describe, it });
testOptimizer((model) => new SGD(model, { lr: 0.05, momentum: 0.8, nesterov: true }), {
  name: "SGD, Nesterov",
  describe,
  it,
});
testOptimizer((model) => new Adam(model, { lr: 0.05 }), { describe, it });
testOptimizer((model) => new Adam(model, { lr: 0.05, amsgrad: true }), { name: "Adam, amsgrad", describe, it });
testOptimizer((model) => new AdamW(model, { lr: 0.05, weightDecay: 1e-4 }), { describe, it });

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
    for (const [name, value] of Object.entries(state)) this.momentum[name] = new Buffer(value.mul(1));
  }
}

const failing = (make: (model: OptimizerModel) => Descent) =>
  failuresOf((runner) => testOptimizer(make, { name: "test", ...runner }));

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
        for (const [name, value] of Object.entries(state)) this.#momentum[name] = new Buffer(value.mul(1));
      }
    }
    expect(Object.keys(await failing((model) => new Private(model)))).toEqual([
      "moves to another backend in the middle and goes on",
    ]);
  });
});
