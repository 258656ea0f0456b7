import { BackendError, describe, isFloat, isNNError, ShapeError } from "@nn/backend";
import { refusePromise, runtime } from "../core/runtime.js";
import { scope, tensorsOf } from "../core/scope.js";
import { isTensor, type Tensor } from "../core/tensor.js";
import { full } from "../create/full.js";
import { locateError } from "../module/locate-error.js";
import { trainableParameters } from "../module/tree.js";
import { backward, markLeaves } from "./backward.js";
import { Recorder } from "./recorder.js";

/** What `valueAndGrad` differentiates by: a module (all its parameters that are not frozen), a tensor, or a list of both. */
export type GradTarget = object | readonly object[];

/**
 * The gradients of one `valueAndGrad`, by parameter or tensor.
 *
 * @example
 * ```ts
 * import { tensor, valueAndGrad } from "@nn/tensor";
 *
 * const x = tensor([1, 2]);
 * const { grads } = valueAndGrad(x, () => x.mul(3).sum());
 * const halved = grads.map((gradient) => gradient.mul(0.5));
 * await halved.get(x).array(); // => [1.5, 1.5]
 * ```
 */
export class Gradients implements Iterable<[Tensor, Tensor]> {
  constructor(private readonly byTensor: ReadonlyMap<Tensor, Tensor | undefined>) {}

  /**
   * The gradient of a parameter or tensor, in its shape.
   *
   * @throws BackendError when the loss does not depend on it, or when it was no target: never a silent zero.
   */
  get(target: Tensor): Tensor {
    const gradient = this.byTensor.get(target);
    if (gradient !== undefined) return gradient;
    const known = this.byTensor.has(target);
    throw new BackendError({
      where: "grads.get",
      problem: known ? "the loss does not depend on this tensor" : "this tensor was not a target of valueAndGrad",
      rows: [["tensor", describe(target)]],
      fix: known
        ? "use it in the function given to valueAndGrad (outside of noGrad and stopGradient), or ask grads.has first"
        : "pass it, or the module that owns it, as the first argument of valueAndGrad (a frozen parameter is no target)",
    });
  }
  /** Whether the loss depends on it. */
  has(target: Tensor): boolean {
    return this.byTensor.get(target) !== undefined;
  }
  /** The same targets with other gradients: for clipping and accumulation. */
  map(fn: (gradient: Tensor, target: Tensor) => Tensor): Gradients {
    return new Gradients(new Map([...this].map(([target, gradient]) => [target, fn(gradient, target)])));
  }
  /** Gives the memory of all gradients back. */
  dispose(): void {
    for (const [, gradient] of this) gradient.dispose();
  }
  /** Pairs of target and gradient, those without a gradient left out. */
  *[Symbol.iterator](): Iterator<[Tensor, Tensor]> {
    for (const [target, gradient] of this.byTensor) if (gradient !== undefined) yield [target, gradient];
  }
  /** Lets gradients survive the scope that returns them. */
  *[tensorsOf](): Iterable<Tensor> {
    for (const [, gradient] of this) yield gradient;
  }
}

/** Options of `valueAndGrad`. */
export interface ValueAndGradOptions {
  /** Lets an enclosing `valueAndGrad` differentiate the loss and the gradients again. Default false: both come detached. */
  readonly createGraph?: boolean;
}

type WithLoss<T> = T extends Tensor ? { loss: Tensor; grads: Gradients } : T & { loss: Tensor; grads: Gradients };

/**
 * Runs `fn` and differentiates the loss it returns. Ops are recorded only inside; what `fn` returns beside the loss
 * comes back detached. All other tensors made inside are released.
 *
 * @param target a module, a tensor, or a list of them
 * @param fn returns the loss (one element, f32 or f64) or `{ loss, ...rest }`; must be synchronous
 * @returns the loss, the gradients, and the rest
 * @throws ShapeError when the loss has more than one element
 *
 * @example
 * ```ts
 * import { tensor, valueAndGrad } from "@nn/tensor";
 *
 * const x = tensor([1, 2, 3]);
 * const { loss, grads } = valueAndGrad(x, () => x.mul(x).sum());
 * await loss.item(); // => 14
 * await grads.get(x).array(); // => [2, 4, 6]
 * ```
 */
export function valueAndGrad<T extends Tensor | { loss: Tensor }>(
  target: GradTarget,
  fn: () => T,
  options: ValueAndGradOptions = {},
): WithLoss<T> {
  const targets = targetsOf(target);
  const parent = runtime.recorder;
  const createGraph = options.createGraph === true && parent !== null;
  const { owner } = runtime;
  const recorder = new Recorder(parent, createGraph);
  try {
    return scope(() => {
      const { leaves, restore } = markLeaves(targets, recorder);
      try {
        runtime.recorder = recorder;
        const result = scope(() => {
          const value = fn();
          refusePromise(
            value,
            "valueAndGrad",
            "await before or after; the function given to valueAndGrad is synchronous",
          );
          return value;
        });
        const loss = lossOf(result);
        runtime.recorder = createGraph ? parent : null;
        if (createGraph) parent.nodes.push(...recorder.nodes);
        const seed = full(loss.shape, 1, { dtype: loss.dtype, backend: loss.backend });
        const gradients = backward(recorder.nodes, leaves, [{ tensor: loss, gradient: seed }], createGraph);
        const grads = new Gradients(new Map(targets.map((tensor, i) => [tensor, gradients[i]])));
        return (isTensor(result) ? { loss, grads } : { ...result, loss, grads }) as WithLoss<T>;
      } finally {
        runtime.recorder = parent;
        restore();
        if (!createGraph) recorder.release();
      }
    });
  } catch (error) {
    runtime.owner = owner;
    if (isNNError(error)) locateError(target, error);
    throw error;
  }
}

/**
 * Runs `fn` without recording, in a scope of its own.
 *
 * @example
 * ```ts
 * import { noGrad, tensor } from "@nn/tensor";
 *
 * const y = noGrad(() => tensor([1, 2]).add(1));
 * y.tracked; // => false
 * ```
 */
export function noGrad<T>(fn: () => T): T {
  const recorder = runtime.recorder;
  runtime.recorder = null;
  try {
    return scope(fn);
  } finally {
    runtime.recorder = recorder;
  }
}

function targetsOf(target: GradTarget): Tensor[] {
  const list: readonly object[] = Array.isArray(target) ? target : [target];
  const targets = new Set<Tensor>();
  for (const item of list) {
    if (isTensor(item)) targets.add(item);
    else for (const parameter of trainableParameters(item)) targets.add(parameter);
  }
  for (const tensor of targets) {
    tensor._live();
    if (isFloat(tensor.dtype)) continue;
    throw new BackendError({
      where: "valueAndGrad",
      problem: "gradients flow only through f32 and f64",
      rows: [["target", describe(tensor)]],
      fix: 'cast it to "f32" first',
    });
  }
  if (targets.size > 0) return [...targets];
  throw new BackendError({
    where: "valueAndGrad",
    problem: "the target has no parameter to differentiate by",
    rows: [["expected", "a module with parameters that are not frozen, a tensor, or a list of them"]],
    fix: "pass the model itself, or unfreeze its parameters with freeze(model, false)",
  });
}

function lossOf(result: Tensor | { loss: Tensor }): Tensor {
  const loss: unknown = isTensor(result) ? result : result?.loss;
  if (!isTensor(loss)) {
    throw new BackendError({
      where: "valueAndGrad",
      problem: "the function returned no loss",
      rows: [
        ["expected", "a tensor, or an object { loss, … }"],
        ["got", result === null ? "null" : typeof result],
      ],
      fix: "return the loss: () => crossEntropy(model.forward(x), y)",
    });
  }
  if (loss.size === 1 && isFloat(loss.dtype)) return loss;
  throw new ShapeError({
    where: "valueAndGrad",
    problem: "the loss must be one f32 or f64 number",
    rows: [["loss", describe(loss)]],
    fix: "reduce it with mean() or sum()",
  });
}
