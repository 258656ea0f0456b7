import { DataError, describe, sameShape } from "@nn/backend";
import type { Tensor } from "../core/tensor.js";
import { isBuffer, isParameter, type OwnedTensor } from "./parameter.js";
import { find, type Tree, walkBuilt } from "./tree.js";

/** Parameters and buffers by name. */
export type StateDict = Record<string, Tensor>;

/**
 * The parameters and buffers of a module by name; the tensors themselves, not copies. Names are those of PyTorch where
 * the fields are.
 *
 * @example
 * ```ts
 * import { Parameter, stateDict, zeros } from "@nn/tensor";
 *
 * Object.keys(stateDict({ weight: new Parameter(zeros([2])) })); // => ["weight"]
 * ```
 */
export function stateDict(module: Tree): StateDict {
  return Object.fromEntries(owned(module));
}

/** Options of `loadStateDict`. */
export interface LoadStateDictOptions {
  /** Whether names that are missing or unexpected are an error (default true). Those that fit are loaded otherwise. */
  readonly strict?: boolean;
}

/**
 * Gives a module the values of a state dict. Everything is checked before anything is assigned. A parameter that stands
 * in several places (tied weights) may be given under any of its names, or under all, as PyTorch does.
 *
 * @throws DataError that lists all missing and unexpected names and all shapes that differ.
 *
 * @example
 * ```ts
 * import { loadStateDict, Parameter, tensor, zeros } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(zeros([2])) };
 * loadStateDict(model, { weight: tensor([1, 2]) });
 * await model.weight.array(); // => [1, 2]
 * ```
 */
export function loadStateDict(module: Tree, dict: StateDict, options: LoadStateDictOptions = {}): void {
  const targets = owned(module);
  const given = withFirstNames(module, targets, dict);
  const names = new Set([...targets.keys(), ...Object.keys(given)]);
  const problems: [string, string, string?][] = [];
  for (const name of names) {
    const target = targets.get(name);
    const value = given[name];
    if (target !== undefined && value !== undefined) {
      if (!sameShape(target.shape, value.shape) || target.dtype !== value.dtype) {
        problems.push([name, `expected ${describe(target)}`, `got ${describe(value)}`]);
      }
    } else if (options.strict !== false) {
      problems.push([name, target === undefined ? "unexpected: the module has no such tensor" : "missing"]);
    }
  }
  if (problems.length > 0) {
    const shown = problems.slice(0, 20);
    if (problems.length > shown.length) shown.push(["…", `${problems.length - shown.length} more`]);
    throw new DataError({
      where: "loadStateDict",
      problem: `${problems.length} of ${names.size} names do not fit the module; nothing was loaded`,
      rows: shown,
      fix: "build the module with the options it was saved with, rename the keys, or pass { strict: false }",
    });
  }
  for (const [name, target] of targets) {
    const value = given[name];
    if (value !== undefined && value !== target) target.assign(value);
  }
}

/** The dict with further names of a tensor that stands in several places replaced by its first. */
function withFirstNames(module: Tree, targets: ReadonlyMap<string, OwnedTensor>, dict: StateDict): StateDict {
  const unknown = Object.keys(dict).filter((name) => !targets.has(name));
  if (unknown.length === 0) return dict;
  const firstNames = new Map<object, string>([...targets].map(([name, tensor]) => [tensor, name]));
  const given = { ...dict };
  for (const name of unknown) {
    const first = firstNames.get(find(module, name.split(".")) ?? {});
    if (first === undefined) continue;
    if (given[first] === undefined) given[first] = dict[name]!;
    // Kept where it does not fit, so that it is told.
    if (sameShape(given[first].shape, dict[name]!.shape)) delete given[name];
  }
  return given;
}

function owned(module: Tree): Map<string, OwnedTensor> {
  const found = new Map<string, OwnedTensor>();
  walkBuilt(module, (value, path) => {
    if (isParameter(value) || isBuffer(value)) found.set(path.join("."), value);
  });
  return found;
}
