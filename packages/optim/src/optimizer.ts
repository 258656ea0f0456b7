import {
  Buffer,
  type CallOptions,
  childrenOf,
  DataError,
  fuseGroups,
  type Gradients,
  noGrad,
  type OwnedTensor,
  type Parameter,
  scope,
  type Tensor,
  zerosLike,
} from "@nn/tensor";
import { checkGradient, noGradientError } from "./check-gradient.js";
import { checkStateDict } from "./check-state-dict.js";
import { type OptimizerTarget, type ParameterGroup, resolveGroups } from "./groups.js";
import type { OptimizerStateDict } from "./optimizer-state-dict.js";
import type { OptimizerOptions, OptimizerRule, OptimizerState, StepContext, StepResult } from "./rule.js";

/** Options of `optimizer.step`. */
export interface StepOptions {
  /** Leaves the gradients alive. Default false: the step disposes them. */
  readonly keep?: boolean;
}

/** What is remembered of one parameter. */
interface Slot {
  steps: number;
  readonly state: Record<string, Buffer>;
}

/** One parameter in a step. */
interface Work {
  readonly parameter: Parameter;
  readonly gradient: Tensor;
  readonly slot: Slot;
}

/**
 * Walks parameters, keeps their state, moves them by a rule. `SGD`, `Adam` and `AdamW` are this class with their rules;
 * `optimizer(rule, target)` takes any rule.
 *
 * @example
 * ```ts
 * import { Optimizer, sgd } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([3])) };
 * const optimizer = new Optimizer(sgd, model, { lr: 0.5 });
 * optimizer.step(valueAndGrad(model, () => model.weight.square().sum()).grads);
 * await model.weight.item(); // => 0
 * ```
 */
export class Optimizer<O extends OptimizerOptions = OptimizerOptions> {
  /** Parameters with their hyper-parameters, which may be changed at any time: `optimizer.groups[1].lr = 0.01`. */
  readonly groups: readonly ParameterGroup<O>[];
  readonly #rule: OptimizerRule<O>;
  /** By name, in the order of the first step. */
  readonly #slots = new Map<string, Slot>();

  /** @param target a module, a list of parameters, or groups `[{ params, ...hyperParameters }]` */
  constructor(rule: OptimizerRule<O>, target: OptimizerTarget<O>, options: Partial<O> = {}) {
    this.#rule = rule;
    this.groups = resolveGroups(rule, target, options);
  }

  /** Learning rate of the first group; setting it sets it in all groups. */
  get lr(): number {
    return this.groups[0]!.lr;
  }
  set lr(value: number) {
    for (const group of this.groups as ParameterGroup[]) group.lr = value;
  }

  /**
   * Moves every parameter that has a gradient and is not frozen; the others are left alone. Everything is checked
   * before anything moves. Disposes the gradients unless `keep` is set.
   *
   * @throws DataError when no gradient belongs to a parameter of this optimizer, ShapeError when one does not fit.
   */
  step(grads: Gradients, { keep = false }: StepOptions = {}): void {
    const batches = this.groups.map((group) => this.#plan(group, grads));
    if (batches.every((list) => list.length === 0)) throw noGradientError(this.#rule.name, this.groups);
    noGrad(() => {
      for (let i = 0; i < batches.length; i++) {
        for (const batch of batches[i]!) this.#run(batch, this.groups[i]!);
      }
    });
    if (!keep) grads.dispose();
  }

  /**
   * All that the next steps depend on: hyper-parameters, step counts, state tensors, keyed by the parameters' names.
   * The tensors are the optimizer's own; save them before the next step.
   */
  stateDict(): OptimizerStateDict {
    const names = Object.keys(this.#rule.defaults);
    return {
      rule: this.#rule.name,
      groups: this.groups.map((group) => ({
        parameters: [...group.parameters.keys()],
        options: Object.fromEntries(names.map((name) => [name, group[name as keyof typeof group]])) as never,
      })),
      steps: Object.fromEntries([...this.#slots].map(([name, slot]) => [name, slot.steps])),
      state: Object.fromEntries(this[childrenOf]()),
    };
  }

  /**
   * Goes on where a state dict was taken. Parameters are found by name, so their order may have changed. Everything is
   * checked before anything is changed; the tensors given stay the caller's.
   *
   * @throws DataError that lists all that does not fit.
   */
  loadStateDict(dict: OptimizerStateDict): void {
    checkStateDict(this.#rule, this.groups, dict);
    for (let i = 0; i < this.groups.length; i++) Object.assign(this.groups[i]!, dict.groups[i]!.options);
    const before = [...this.#slots.values()];
    this.#slots.clear();
    for (const group of this.groups) {
      for (const [name, parameter] of group.parameters) {
        const steps = dict.steps[name];
        if (steps === undefined) continue;
        const slot = this.#slot(name, parameter, group);
        slot.steps = steps;
        for (const [key, buffer] of Object.entries(slot.state)) buffer.assign(dict.state[`${name}.${key}`]!);
      }
    }
    // Last, since a dict of this optimizer holds these very tensors.
    for (const slot of before) for (const buffer of Object.values(slot.state)) buffer.dispose();
  }

  /** Forgets all state and gives its memory back; the next step is a first one. */
  dispose(): void {
    for (const [, buffer] of this[childrenOf]()) buffer.dispose();
    this.#slots.clear();
  }

  /** The state tensors by name, for `moveTo(optimizer, backend)`. */
  *[childrenOf](): Iterable<[string, Buffer]> {
    for (const [name, slot] of this.#slots) {
      for (const [key, buffer] of Object.entries(slot.state)) yield [`${name}.${key}`, buffer];
    }
  }

  /** The parameters of a group that move, in batches that a fused step takes at once; all checks are made here. */
  #plan(group: ParameterGroup<O>, grads: Gradients): Work[][] {
    this.#rule.check?.(group);
    const batches = new Map<string, Work[]>();
    for (const [name, parameter] of group.parameters) {
      if (!parameter.requiresGrad || parameter.size === 0 || !grads.has(parameter)) continue;
      const gradient = grads.get(parameter);
      checkGradient(this.#rule.name, name, parameter, gradient);
      const slot = this.#slot(name, parameter, group);
      const key = `${slot.steps} ${parameter.dtype} ${parameter.rank === 0}`;
      const batch = batches.get(key);
      if (batch === undefined) batches.set(key, [{ parameter, gradient, slot }]);
      else batch.push({ parameter, gradient, slot });
    }
    return [...batches.values()];
  }

  /** The slot of a parameter; what of its state is missing is made. */
  #slot(name: string, parameter: Parameter, group: ParameterGroup<O>): Slot {
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      slot = { steps: 0, state: {} };
      this.#slots.set(name, slot);
    }
    const missing = this.#rule.state(group).filter((key) => slot.state[key] === undefined);
    if (missing.length === 0) return slot;
    noGrad(() => {
      const initial = this.#rule.init?.(parameter, group);
      for (const key of missing) {
        const value = initial === undefined ? zerosLike(parameter) : initial[key];
        if (value === undefined) throw missingState(this.#rule.name, "init", key);
        slot.state[key] = new Buffer(value);
      }
    });
    return slot;
  }

  #run(batch: Work[], group: ParameterGroup<O>): void {
    const context = { options: group, step: batch[0]!.slot.steps + 1 };
    const names = this.#rule.state(group);
    const { fused, elementwise } = this.#rule;
    const { kernels } = batch[0]!.parameter.backend;
    if (fused !== undefined || (elementwise && kernels.elementwise !== undefined)) this.#stepAll(batch, names, context);
    else for (const work of batch) this.#stepOne(work, names, context);
  }

  #stepOne({ parameter, gradient, slot }: Work, names: readonly string[], context: StepContext<O>): void {
    scope(() => {
      const { p, state } = this.#step(parameter, gradient, slot.state, names, context);
      parameter.assign(p);
      for (const name of names) if (state[name] !== slot.state[name]) slot.state[name]!.assign(state[name]!);
    });
    slot.steps++;
  }

  #step(p: Tensor, g: Tensor, before: OptimizerState, names: readonly string[], context: StepContext<O>): StepResult {
    const result = this.#rule.step(p, g, before, context);
    const lost = names.find((name) => result.state[name] === undefined);
    if (lost !== undefined) throw missingState(this.#rule.name, "step", lost);
    return result;
  }

  /** `p, g, ...state` of all parameters → `p, ...state`: by the rule's own op, or by its step as one program. */
  #fused(tensors: Tensor[], names: readonly string[], context: StepContext<O>, call: CallOptions): readonly Tensor[] {
    if (this.#rule.fused !== undefined) return this.#rule.fused(tensors, context, call);
    const fn = ([p, g, ...before]: readonly Tensor[]) => {
      const given = Object.fromEntries(names.map((name, i) => [name, before[i]!]));
      const { p: next, state } = this.#step(p!, g!, given, names, context);
      return [next, ...names.map((name) => state[name]!)];
    };
    return fuseGroups(tensors, { name: this.#rule.name, size: 2 + names.length, fn }, call);
  }

  /** Gives all tensors of a batch away, so that a kernel may overwrite them, and takes the results back. */
  #stepAll(batch: Work[], names: readonly string[], context: StepContext<O>): void {
    const owned: OwnedTensor[] = [];
    const tensors: Tensor[] = [];
    const donate: number[] = [];
    const give = (tensor: OwnedTensor) => {
      owned.push(tensor);
      donate.push(tensors.length);
      tensors.push(tensor.release());
    };
    for (const { parameter, gradient, slot } of batch) {
      give(parameter);
      tensors.push(gradient);
      for (const name of names) give(slot.state[name]!);
    }
    let results: readonly Tensor[];
    try {
      results = this.#fused(tensors, names, context, { owner: this, donate });
    } catch (error) {
      for (let i = 0; i < owned.length; i++) owned[i]!.assign(tensors[donate[i]!]!);
      throw error;
    }
    for (let i = 0; i < owned.length; i++) owned[i]!.assign(results[i]!);
    for (const { slot } of batch) slot.steps++;
  }
}

/**
 * An optimizer of any rule, also a third party's.
 *
 * @param target a module, a list of parameters, or groups `[{ params, ...hyperParameters }]`
 *
 * @example
 * ```ts
 * import { optimizer, sgd } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, 2])) };
 * const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 * optimizer(sgd, model, { lr: 0.25 }).step(grads);
 * await model.weight.array(); // => [0.5, 1]
 * ```
 */
export function optimizer<O extends OptimizerOptions>(
  rule: OptimizerRule<O>,
  target: OptimizerTarget<O>,
  options: Partial<O> = {},
): Optimizer<O> {
  return new Optimizer(rule, target, options);
}

function missingState(rule: string, where: string, key: string): DataError {
  return new DataError({
    where: rule,
    problem: `the rule's ${where} gives no "${key}", which its state announces`,
    fix: `return it from ${where}, or leave it out of state`,
  });
}
