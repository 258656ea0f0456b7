import type { OptimizerStateDict } from "@nn/optim";
import {
  type Backend,
  DataError,
  defaultGenerator,
  describe,
  type GeneratorState,
  getBackend,
  loadStateDict,
  namedGenerators,
  type StateDict,
  scope,
  stateDict,
  type Tensor,
  type Tree,
  tensor,
} from "@nn/tensor";
import type { BatchSource } from "./batch-source.js";
import type { FitOptimizer, Metrics } from "./fit-options.js";
import { type Json, pack, type SavedTensor, unpack } from "./pack.js";

/** All that a training needs to go on, on the host: JSON and the tensors it refers to. */
export interface TrainingState {
  readonly version: 1;
  /** The epoch under way, from 1. */
  readonly epoch: number;
  /** Optimizer steps so far. */
  readonly step: number;
  readonly values: Json;
  readonly tensors: Readonly<Record<string, SavedTensor>>;
}

/** Something with a state of its own, such as a schedule. */
export interface Stateful {
  stateDict(): object;
  loadStateDict(state: never): void;
}

/** The parts of a training whose state is saved together. */
export interface TrainingParts {
  readonly model: Tree;
  readonly optimizer: FitOptimizer;
  readonly data?: BatchSource<unknown>;
  readonly schedule?: Stateful;
  readonly metrics?: Metrics;
  /** The epoch under way, from 1. Default 1. */
  readonly epoch?: number;
  /** Optimizer steps so far. Default 0. */
  readonly step?: number;
  /** Own counters: plain data and tensors. `restoreTrainingState` gives it back. */
  readonly extra?: object;
}

interface Values {
  readonly model: StateDict;
  readonly optimizer: OptimizerStateDict;
  readonly generators: Readonly<Record<string, GeneratorState>>;
  readonly defaultGenerator: GeneratorState;
  readonly data?: unknown;
  readonly schedule?: unknown;
  readonly metrics: Readonly<Record<string, readonly number[]>>;
  readonly extra?: object;
}

/**
 * The state of a training between two steps: parameters and buffers, the optimizer, all random streams (the model's
 * generators, the default one, the loader's), the place in the data, the schedule, the metrics. `fit` saves the same;
 * this is for own loops. The values are those of the call, whatever happens while they are read.
 *
 * @throws DataError when a part's state is no plain data.
 *
 * @example
 * ```ts
 * import { Linear } from "@nn/layers";
 * import { Adam } from "@nn/optim";
 * import { restoreTrainingState, trainingState } from "@nn/train";
 *
 * const model = new Linear(2, 1);
 * const optimizer = new Adam(model, { lr: 0.01 });
 * const state = await trainingState({ model, optimizer, epoch: 3, extra: { best: 0.5 } });
 * restoreTrainingState(state, { model, optimizer }); // => { best: 0.5 }
 * ```
 */
export async function trainingState(parts: TrainingParts): Promise<TrainingState> {
  const { model, optimizer, data, schedule, metrics = {}, epoch = 1, step = 0, extra } = parts;
  const values: Values = {
    model: stateDict(model),
    optimizer: optimizer.stateDict(),
    generators: Object.fromEntries([...namedGenerators(model)].map(([name, generator]) => [name, generator.state()])),
    defaultGenerator: defaultGenerator().state(),
    data: data?.state?.(),
    schedule: schedule?.stateDict(),
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, metric]) => [name, metric.state()])),
    extra,
  };
  return { version: 1, epoch, step, ...(await pack(values)) };
}

/**
 * Sets all parts of a training to a saved state. What does not fit is found before anything is changed.
 *
 * @returns the `extra` that was saved
 * @throws DataError that lists what does not fit.
 *
 * @example
 * ```ts
 * import { Linear } from "@nn/layers";
 * import { SGD } from "@nn/optim";
 * import { restoreTrainingState, trainingState } from "@nn/train";
 *
 * const model = new Linear(2, 1);
 * const parts = { model, optimizer: new SGD(model, { lr: 0.1 }) };
 * const state = await trainingState({ ...parts, step: 12 });
 * model.weight.assign(model.weight.mul(0));
 * restoreTrainingState(state, parts);
 * state.step; // => 12
 * ```
 */
export function restoreTrainingState(state: TrainingState, parts: TrainingParts): object | undefined {
  checkVersion(state);
  const { model, optimizer, data, schedule, metrics = {} } = parts;
  const targets = stateDict(model);
  const backend = Object.values(targets)[0]?.backend ?? getBackend();
  return scope(() => {
    const values = unpack(state, (saved) => onBackend(saved, backend)) as Values;
    const generators = namedGenerators(model);
    checkParts({
      state: targets,
      saved: values.model,
      generators: [...generators.keys()],
      savedGenerators: Object.keys(values.generators),
      metrics: Object.keys(metrics),
      savedMetrics: Object.keys(values.metrics),
    });
    // The optimizer checks before it changes anything, so it comes first.
    optimizer.loadStateDict(values.optimizer);
    loadStateDict(model, values.model);
    for (const [name, generator] of generators) generator.restore(values.generators[name]!);
    defaultGenerator().restore(values.defaultGenerator);
    for (const name of Object.keys(metrics)) metrics[name]!.restore(values.metrics[name]!);
    if (schedule !== undefined && values.schedule !== undefined) schedule.loadStateDict(values.schedule as never);
    if (values.data !== undefined) data?.restore?.(values.data);
    return values.extra;
  });
}

function onBackend({ data, dtype, shape }: SavedTensor, backend: Backend): Tensor {
  return tensor(data, { dtype, shape, backend });
}

function checkVersion(state: TrainingState): void {
  if (state?.version === 1) return;
  throw new DataError({
    where: "training state",
    problem: "the state has another version",
    rows: [
      ["expected", "version 1"],
      ["got", state === undefined || state === null ? String(state) : `version ${String(state.version)}`],
    ],
    fix: "pass what trainingState, a checkpoint's save or loadCheckpoint gave",
  });
}

interface Parts {
  readonly state: StateDict;
  readonly saved: StateDict;
  readonly generators: readonly string[];
  readonly savedGenerators: readonly string[];
  readonly metrics: readonly string[];
  readonly savedMetrics: readonly string[];
}

function checkParts(parts: Parts): void {
  const problems = [
    ...differences(Object.keys(parts.state), Object.keys(parts.saved), "tensor"),
    ...differences(parts.generators, parts.savedGenerators, "generator"),
    ...differences(parts.metrics, parts.savedMetrics, "metric"),
  ];
  for (const [name, target] of Object.entries(parts.state)) {
    const value = parts.saved[name];
    if (value === undefined || describe(value) === describe(target)) continue;
    problems.push([name, `expected ${describe(target)}`, `got ${describe(value)}`]);
  }
  if (problems.length === 0) return;
  const shown = problems.slice(0, 20);
  if (problems.length > shown.length) shown.push(["…", `${problems.length - shown.length} more`]);
  throw new DataError({
    where: "training state",
    problem: "the saved training does not fit this one; nothing was changed",
    rows: shown,
    fix: "build model and metrics as they were when the state was saved, or start anew without it",
  });
}

function differences(expected: readonly string[], got: readonly string[], kind: string): [string, string, string?][] {
  return [
    ...expected
      .filter((name) => !got.includes(name))
      .map((name): [string, string] => [name, `${kind} missing in the state`]),
    ...got.filter((name) => !expected.includes(name)).map((name): [string, string] => [name, `${kind} unknown here`]),
  ];
}
