import { isNNError, isTensor, locateError, noGrad, type Tensor, type Tree, walk } from "@nn/tensor";
import { isModule } from "./is-module.js";
import type { Module } from "./module.js";

/**
 * Sets training mode on a module and all modules below it: dropout drops, running statistics move. Modules start in
 * it. Gives the module back.
 *
 * @example
 * ```ts
 * import { Dropout, Sequential, train } from "@nn/layers";
 *
 * const model = train(new Sequential(new Dropout(0.5)));
 * model.training; // => true
 * ```
 */
export function train<M extends Tree>(model: M): M {
  setMode(model, true);
  return model;
}

/**
 * Sets evaluation mode on a module and all modules below it (torch's `eval`). `predict` does it for one call only.
 *
 * @example
 * ```ts
 * import { Dropout, evaluate } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await evaluate(new Dropout(0.5)).forward(tensor([1, 2])).array(); // => [1, 2]
 * ```
 */
export function evaluate<M extends Tree>(model: M): M {
  setMode(model, false);
  return model;
}

/**
 * Runs a model for its result: in evaluation mode, without recording, in a scope. The mode of every module is restored
 * afterwards, also when it fails; an error says which layer it came from.
 *
 * @param input a tensor for `model.forward`, or a function that calls the model itself
 *
 * @example
 * ```ts
 * import { Linear, predict } from "@nn/layers";
 * import { zeros } from "@nn/tensor";
 *
 * const model = new Linear(4, 2);
 * predict(model, zeros([3, 4])).shape; // => [3, 2]
 * predict(model, () => model.forward(zeros([3, 4])).argmax(1)).shape; // => [3]
 * ```
 */
export function predict<T>(model: { forward(x: Tensor): T } | ((x: Tensor) => T), input: Tensor): T;
export function predict<T>(model: Tree, fn: () => T): T;
export function predict<T>(model: object, input: Tensor | (() => T)): T {
  const trained = modules(model).filter((module) => module.training);
  for (const module of trained) module.training = false;
  try {
    return noGrad(() => {
      if (!isTensor(input)) return input();
      return typeof model === "function" ? model(input) : (model as { forward(x: Tensor): T }).forward(input);
    });
  } catch (error) {
    if (isNNError(error)) locateError(model, error);
    throw error;
  } finally {
    for (const module of trained) module.training = true;
  }
}

/** Sets the mode of a module and all modules below it. */
export function setMode(model: Tree, training: boolean): void {
  for (const module of modules(model)) module.training = training;
}

/** A module and all modules below it, each once. */
export function modules(model: Tree): Module[] {
  const found: Module[] = [];
  walk(model, (value) => {
    if (isModule(value)) found.push(value);
  });
  return found;
}
