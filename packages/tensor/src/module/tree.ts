import { isTensor } from "../core/tensor.js";
import { type Generator, isGenerator } from "../random/generator.js";
import { type Buffer, isBuffer, isParameter, type Parameter } from "./parameter.js";

/**
 * An object that names its children itself, such as a Sequential, whose children are "0", "1", …. A child named "" stands
 * where its parent stands: what is in it gets no further name (a wrapper around a layer).
 */
export const childrenOf: unique symbol = Symbol.for("nn.children");

/**
 * A method of an object whose parameters do not exist yet, such as a layer that waits for its first input. Called with
 * the object's path before parameters or buffers are listed, and throws then.
 */
export const requireBuilt: unique symbol = Symbol.for("nn.requireBuilt");

/** Anything with parameters, buffers or modules in its fields. */
export type Tree = object;

/**
 * Walks the plain fields of a module: arrays by index, Maps by key, objects by field name, `#private` ones left out.
 * Each object is visited once, under the first path that leads to it; cycles end there.
 *
 * @example
 * ```ts
 * import { walk } from "@nn/tensor";
 *
 * const paths: string[] = [];
 * walk({ block: { layers: [{}] } }, (_, path) => paths.push(path.join(".")));
 * paths; // => ["", "block", "block.layers", "block.layers.0"]
 * ```
 */
export function walk(
  root: Tree,
  visit: (value: object, path: readonly string[]) => void,
  path: readonly string[] = [],
  seen: Set<object> = new Set(),
): void {
  if (seen.has(root)) return;
  seen.add(root);
  visit(root, path);
  if (isTensor(root) || ArrayBuffer.isView(root) || root instanceof ArrayBuffer) return;
  for (const [name, child] of children(root)) {
    if (typeof child === "object" && child !== null) walk(child, visit, name === "" ? path : [...path, name], seen);
  }
}

/** As `walk`, for those who need all parameters and buffers: an object that has not made its own yet throws. */
export function walkBuilt(root: Tree, visit: (value: object, path: readonly string[]) => void): void {
  walk(root, (value, path) => {
    if (requireBuilt in value) (value as { [requireBuilt](path: readonly string[]): void })[requireBuilt](path);
    visit(value, path);
  });
}

/** What stands under a path of names, by whichever of several paths; undefined where nothing does. */
export function find(root: Tree, path: readonly string[]): object | undefined {
  if (path.length === 0) return root;
  if (isTensor(root)) return undefined;
  for (const [name, child] of children(root)) {
    if (typeof child !== "object" || child === null || (name !== "" && name !== path[0])) continue;
    const found = find(child, name === "" ? path : path.slice(1));
    if (found !== undefined) return found;
  }
  return undefined;
}

function children(value: object): Iterable<readonly [string, unknown]> {
  if (childrenOf in value) return (value as { [childrenOf](): Iterable<readonly [string, unknown]> })[childrenOf]();
  if (value instanceof Map) return [...value].map(([key, child]) => [String(key), child] as const);
  if (value instanceof Set) return [...value].map((child, i) => [String(i), child] as const);
  return Object.entries(value);
}

/**
 * The parameters of a module with their names, each once (torch's `named_parameters`).
 *
 * @example
 * ```ts
 * import { namedParameters, Parameter, zeros } from "@nn/tensor";
 *
 * const model = { linear: { weight: new Parameter(zeros([2, 2])) } };
 * [...namedParameters(model).keys()]; // => ["linear.weight"]
 * ```
 */
export function namedParameters(module: Tree): Map<string, Parameter> {
  const found = new Map<string, Parameter>();
  walkBuilt(module, (value, path) => {
    if (isParameter(value)) found.set(path.join("."), value);
  });
  return found;
}

/**
 * The parameters of a module, each once, in the order of its fields.
 *
 * @example
 * ```ts
 * import { Parameter, parameters, zeros } from "@nn/tensor";
 *
 * parameters({ weight: new Parameter(zeros([2, 2])) }).length; // => 1
 * ```
 */
export function parameters(module: Tree): Parameter[] {
  return [...namedParameters(module).values()];
}

/** The parameters that are not frozen. */
export function trainableParameters(module: Tree): Parameter[] {
  return parameters(module).filter((parameter) => parameter.requiresGrad);
}

/**
 * The buffers of a module with their names, each once (torch's `named_buffers`).
 *
 * @example
 * ```ts
 * import { Buffer, namedBuffers, zeros } from "@nn/tensor";
 *
 * [...namedBuffers({ norm: { running_mean: new Buffer(zeros([2])) } }).keys()]; // => ["norm.running_mean"]
 * ```
 */
export function namedBuffers(module: Tree): Map<string, Buffer> {
  const found = new Map<string, Buffer>();
  walkBuilt(module, (value, path) => {
    if (isBuffer(value)) found.set(path.join("."), value);
  });
  return found;
}

/**
 * The random generators of a module with their names, each once: what a checkpoint has to hold besides the state dict.
 *
 * @example
 * ```ts
 * import { Generator, namedGenerators } from "@nn/tensor";
 *
 * [...namedGenerators({ dropout: { generator: new Generator(1) } }).keys()]; // => ["dropout.generator"]
 * ```
 */
export function namedGenerators(module: Tree): Map<string, Generator> {
  const found = new Map<string, Generator>();
  walkBuilt(module, (value, path) => {
    if (isGenerator(value)) found.set(path.join("."), value);
  });
  return found;
}

/**
 * Freezes the parameters of a module, so that `valueAndGrad` and optimizers leave them alone; `freeze(module, false)`
 * thaws them.
 *
 * @example
 * ```ts
 * import { freeze, Parameter, zeros } from "@nn/tensor";
 *
 * const weight = new Parameter(zeros([2]));
 * freeze({ weight });
 * weight.requiresGrad; // => false
 * ```
 */
export function freeze(module: Tree, frozen = true): void {
  for (const parameter of parameters(module)) parameter.requiresGrad = !frozen;
}
