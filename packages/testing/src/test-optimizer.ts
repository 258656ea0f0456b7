import {
  clone,
  freeze,
  type Gradients,
  getBackend,
  moveTo,
  Parameter,
  parameters,
  scope,
  type Tensor,
  tensor,
  valueAndGrad,
} from "@nn/tensor";
import { guarded } from "./backend/guarded.js";
import type { TestRunner } from "./backend/test-backend.js";
import { weights } from "./backend/values.js";
import { CheckError } from "./check-error.js";
import { checkLeaks } from "./check-leaks.js";
import { differenceRows, findDifference } from "./compare.js";

/** What every optimizer can do. */
export interface TestedOptimizer<State> {
  step(grads: Gradients, options?: { readonly keep?: boolean }): void;
  stateDict(): State;
  loadStateDict(state: State): void;
}

/** What an optimizer is given: an object with parameters in its fields. */
export interface OptimizerModel {
  readonly weight: Parameter;
  readonly bias: Parameter;
}

/** How `testOptimizer` names the tests, and how long it lets an optimizer run. */
export interface TestOptimizerOptions extends TestRunner {
  /** Title of the tests. Default: the name of the optimizer's class. */
  readonly name?: string;
  /** Steps in which the quadratic must fall to a hundredth. Default 300. */
  readonly steps?: number;
}

/**
 * Registers the tests that an optimizer must pass: it minimizes a quadratic, goes on from a state dict on the same
 * trajectory, uses up its gradients (unless they are to be kept), leaves frozen parameters and those without a gradient
 * alone, moves to another backend, and keeps its memory balance. Runs on the current backend, which needs `readSync`.
 *
 * @param makeOptimizer makes one for the parameters of the model, with a learning rate that suits
 *
 * @example
 * ```ts
 * import { SGD } from "@nn/optim";
 * import { testOptimizer } from "@nn/testing";
 *
 * // A runner of three lines; in Vitest: import { describe, it } from "vitest".
 * const tests: (() => void | Promise<void>)[] = [];
 * const describe = (_name: string, fn: () => void) => fn();
 * const it = (_name: string, fn: () => void | Promise<void>) => tests.push(fn);
 *
 * testOptimizer((model) => new SGD(model, { lr: 0.1, momentum: 0.5 }), { describe, it });
 * for (const test of tests) await test();
 * ```
 */
export function testOptimizer<State>(
  makeOptimizer: (model: OptimizerModel) => TestedOptimizer<State>,
  options: TestOptimizerOptions,
): void {
  const { describe, it, steps = 300 } = options;
  const name = options.name ?? makeOptimizer(makeModel()).constructor.name;

  describe(`optimizer ${name}`, () => {
    it("minimizes a quadratic", () => {
      const model = makeModel();
      const optimizer = makeOptimizer(model);
      const first = lossOf(model);
      for (let i = 0; i < steps; i++) step(model, optimizer);
      const last = lossOf(model);
      if (last <= first / 100) return;
      throw new CheckError(name, `does not minimize a quadratic in ${steps} steps`, [
        ["expected", `at most ${first / 100}`],
        ["got", String(last)],
      ]);
    });

    it("gives the same trajectory twice", () => {
      same(name, "a second run differs", trajectory(makeModel(), 5), trajectory(makeModel(), 5));
    });

    it("goes on from a state dict on the same trajectory", () => {
      const model = makeModel();
      const optimizer = makeOptimizer(model);
      for (let i = 0; i < 3; i++) step(model, optimizer);
      const copy = modelOf(clone(model.weight), clone(model.bias));
      const resumed = makeOptimizer(copy);
      resumed.loadStateDict(optimizer.stateDict());
      for (let i = 0; i < 3; i++) {
        step(model, optimizer);
        step(copy, resumed);
        same(name, `differs ${i + 1} steps after the state was loaded`, valuesOf(copy), valuesOf(model));
      }
    });

    it("uses up the gradients unless they are to be kept", () => {
      const model = makeModel();
      const optimizer = makeOptimizer(model);
      for (const keep of [false, true]) {
        const { grads, loss } = gradientsOf(model);
        const gradient = grads.get(model.weight);
        optimizer.step(grads, keep ? { keep } : undefined);
        if (gradient.disposed === keep) {
          throw new CheckError(name, keep ? "{ keep: true } disposes gradients" : "gradients outlive the step");
        }
        grads.dispose();
        loss.dispose();
      }
    });

    it("leaves frozen parameters and those without a gradient alone", () => {
      const model = makeModel();
      const optimizer = makeOptimizer(model);
      freeze({ bias: model.bias });
      const before = valuesOf(model);
      step(model, optimizer);
      const after = valuesOf(model);
      same(name, "a frozen parameter moved", after.subarray(before.length - 2), before.subarray(before.length - 2));
      if (after[0] === before[0]) throw new CheckError(name, "the other parameter did not move");
      freeze(model, false);
      const { grads, loss } = valueAndGrad(model, () => model.weight.square().sum());
      optimizer.step(grads);
      loss.dispose();
      const last = valuesOf(model);
      same(
        name,
        "a parameter without a gradient moved",
        last.subarray(last.length - 2),
        before.subarray(before.length - 2),
      );
    });

    it("moves to another backend in the middle and goes on", async () => {
      const expected = trajectory(makeModel(), 6);
      const model = makeModel();
      const optimizer = makeOptimizer(model);
      for (let i = 0; i < 3; i++) step(model, optimizer);
      const other = guarded(getBackend());
      await moveTo(model, other);
      await moveTo(optimizer, other);
      for (let i = 0; i < 3; i++) step(model, optimizer);
      await other.synchronize();
      same(name, "differs after a move", valuesOf(model), expected);
    });

    it("keeps its memory balance", () => {
      const model = makeModel();
      const optimizer = makeOptimizer(model);
      checkLeaks(() => step(model, optimizer), { subject: name });
    });
  });

  function trajectory(model: OptimizerModel, count: number): Float64Array {
    const optimizer = makeOptimizer(model);
    for (let i = 0; i < count; i++) step(model, optimizer);
    return valuesOf(model);
  }
}

function makeModel(): OptimizerModel {
  return modelOf(tensor(weights("optimizer weight", 6), { shape: [2, 3], dtype: "f32" }), tensor([1, -1]));
}

function modelOf(weight: Tensor, bias: Tensor): OptimizerModel {
  return { weight: new Parameter(weight), bias: new Parameter(bias) };
}

/** A bowl around (0.25, …), twice as steep for the weight as for the bias. */
function bowl({ weight, bias }: OptimizerModel): Tensor {
  return weight.sub(0.25).square().sum().mul(2).add(bias.sub(0.25).square().sum());
}

function gradientsOf(model: OptimizerModel) {
  return valueAndGrad(model, () => bowl(model));
}

function step(model: OptimizerModel, optimizer: { step(grads: Gradients): void }): void {
  scope(() => {
    const { grads } = gradientsOf(model);
    optimizer.step(grads);
  });
}

function lossOf(model: OptimizerModel): number {
  return scope(() => bowl(model).dataSync()[0]);
}

function valuesOf(model: OptimizerModel): Float64Array {
  return Float64Array.from(parameters(model).flatMap((parameter) => [...parameter.dataSync()]));
}

function same(name: string, problem: string, got: Float64Array, expected: Float64Array): void {
  const difference = findDifference(got, expected, { rtol: 1e-6 });
  if (difference !== null) throw new CheckError(name, problem, differenceRows(difference, [expected.length]));
}
