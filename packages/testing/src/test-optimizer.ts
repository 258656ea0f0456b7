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
import { expectTrajectory, type TrajectoryOptimizer } from "./expect-trajectory.js";
import type { GoldenCase } from "./goldens.js";

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

/** A group of parameters with a learning rate of its own, or the optimizer's. */
export interface OptimizerGroup {
  readonly params: Readonly<Record<string, Parameter>>;
  readonly lr?: number;
}

/** How `testOptimizer` names the tests, how long it lets an optimizer run, and what it tests beyond the common. */
export interface TestOptimizerOptions<State = unknown> extends TestRunner {
  /** Title of the tests. Default: the name of the optimizer's class. */
  readonly name?: string;
  /** Steps in which the quadratic must fall to a hundredth. Default 300. */
  readonly steps?: number;
  /** Makes one for groups of parameters, otherwise as `makeOptimizer` does. Without it groups are not tested. */
  readonly makeGroups?: (groups: OptimizerGroup[]) => TestedOptimizer<State>;
  /** Trajectories of a reference, in the form of `expectTrajectory`, and what makes an optimizer with their options. */
  readonly trajectories?: { readonly goldens: readonly GoldenCase[]; readonly make: TrajectoryOptimizer };
}

/**
 * Registers the tests that an optimizer must pass: it minimizes a quadratic, goes on from a state dict on the same
 * trajectory, also when the order of the parameters has changed, is not harmed by the state of another model, uses up
 * its gradients (unless they are to be kept), leaves frozen parameters and those without a gradient alone, moves to
 * another backend, and keeps its memory balance; with the options also groups, and trajectories of a reference. Runs on
 * the current backend, which needs `readSync`.
 *
 * @param makeOptimizer makes one for the parameters of the model, with a learning rate that suits
 *
 * @example
 * ```ts
 * import { SGD } from "@nn/optim";
 * import { testOptimizer } from "@nn/testing";
 * import { loadGolden } from "@nn/testing/node";
 *
 * // A runner of three lines; in Vitest: import { describe, it } from "vitest".
 * const tests: (() => void | Promise<void>)[] = [];
 * const describe = (_name: string, fn: () => void) => fn();
 * const it = (_name: string, fn: () => void | Promise<void>) => tests.push(fn);
 *
 * testOptimizer((model) => new SGD(model, { lr: 0.1, momentum: 0.5 }), {
 *   describe,
 *   it,
 *   makeGroups: (groups) => new SGD(groups, { lr: 0.1, momentum: 0.5 }),
 *   trajectories: {
 *     goldens: loadGolden("optim").cases.filter(({ op }) => op === "sgd"),
 *     make: (params, options) => new SGD(params, options as { lr: number }),
 *   },
 * });
 * for (const test of tests) await test();
 * ```
 */
export function testOptimizer<State>(
  makeOptimizer: (model: OptimizerModel) => TestedOptimizer<State>,
  options: TestOptimizerOptions<State>,
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

    it("finds its state by the names of the parameters, in whatever order", () => {
      const model = makeModel();
      const optimizer = makeOptimizer(model);
      for (let i = 0; i < 3; i++) step(model, optimizer);
      const turned = { bias: new Parameter(clone(model.bias)), weight: new Parameter(clone(model.weight)) };
      const resumed = makeOptimizer(turned);
      resumed.loadStateDict(optimizer.stateDict());
      for (let i = 0; i < 3; i++) {
        step(model, optimizer);
        step(turned, resumed);
      }
      const copy = modelOf(clone(turned.weight), clone(turned.bias));
      same(name, "takes state for that of another parameter", valuesOf(copy), valuesOf(model));
    });

    it("is not harmed by the state of another model", () => {
      const expected = trajectory(makeModel(), 3);
      const other = {
        ...modelOf(tensor(weights("other", 12), { shape: [4, 3], dtype: "f32" }), tensor([1])),
        extra: makeModel().bias,
      };
      const foreign = makeOptimizer(other);
      step(other, foreign);
      const model = makeModel();
      const optimizer = makeOptimizer(model);
      step(model, optimizer);
      let refused = false;
      try {
        optimizer.loadStateDict(foreign.stateDict());
      } catch {
        refused = true;
      }
      const problem = refused
        ? "lost its state with one that it refused"
        : "loads the state of a model of other shapes";
      try {
        for (let i = 0; i < 2; i++) step(model, optimizer);
      } catch (error) {
        throw new CheckError(name, problem, [["then", String(error)]], error);
      }
      same(name, problem, valuesOf(model), expected);
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

    const { makeGroups, trajectories } = options;
    if (makeGroups !== undefined) {
      it("gives every group its own learning rate", () => {
        const expected = trajectory(makeModel(), 3);
        const { weight, bias } = makeModel();
        const before = valuesOf({ weight });
        const optimizer = makeGroups([{ params: { weight }, lr: 0 }, { params: { bias } }]);
        for (let i = 0; i < 3; i++) step({ weight, bias }, optimizer);
        same(name, "a group with a learning rate of 0 moved", valuesOf({ weight }), before);
        same(name, "a group moved as it does not alone", valuesOf({ bias }), expected.subarray(-2));
      });
    }
    for (const golden of trajectories?.goldens ?? []) {
      it(`follows the reference: ${golden.name}`, () => expectTrajectory(golden, trajectories!.make));
    }
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

function valuesOf(model: object): Float64Array {
  return Float64Array.from(parameters(model).flatMap((parameter) => [...parameter.dataSync()]));
}

function same(name: string, problem: string, got: Float64Array, expected: Float64Array): void {
  const difference = findDifference(got, expected, { rtol: 1e-6 });
  if (difference !== null) throw new CheckError(name, problem, differenceRows(difference, [expected.length]));
}
