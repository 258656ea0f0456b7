import type { Backend, DType, Shape, TypedArray } from "@nn/backend";
import { isFloat } from "@nn/backend";
import { clone, full, isTensor, permute, scope, type Tensor, tensor, valueAndGrad, withBackend } from "@nn/tensor";
import type { OpCase } from "@nn/tensor/cases";
import type { Values } from "./values.js";
import { weights } from "./values.js";
import { type Lay, lay, reverseAxes, reversed } from "./views.js";

/** Where and how a case runs. */
export interface Setting {
  readonly backend: Backend;
  /** What stands for f32 in the case. */
  readonly float: "f32" | "f64";
  /** How the inputs lie in their buffers. Default "dense". */
  readonly lay?: Lay;
  /** Calls the op on copies that are gone when the backward pass comes, so that it has only what it saved. */
  readonly copies?: boolean;
}

/** A case with its name and its numbers. */
export interface Subject {
  readonly id: string;
  readonly case: OpCase;
  readonly values: readonly Values[];
}

/** A result on the host. */
export interface Result {
  readonly dtype: DType;
  readonly shape: Shape;
  readonly data: TypedArray;
}

/** The inputs that gradients are checked for. */
export function targetsOf(subject: Subject): number[] {
  if (subject.case.noGradient !== undefined) return [];
  return subject.case.inputs.flatMap((input, i) =>
    isFloat(subject.values[i].dtype) && input.noGradient === undefined ? [i] : [],
  );
}

/** The inputs as tensors. */
export function inputsOf(subject: Subject, setting: Setting): Tensor[] {
  return subject.values.map((values) => {
    const dtype = values.dtype === "f32" ? setting.float : values.dtype;
    return lay(values, dtype, setting.backend, setting.lay ?? "dense");
  });
}

/** Runs the case; the results belong to the scope around it. */
export function forward(subject: Subject, setting: Setting): Tensor[] {
  return withBackend(setting.backend, () => scope(() => call(subject, inputsOf(subject, setting))));
}

/** Gradients of the weighted sum of all float results, by target; undefined where none arrives. */
export function gradients(subject: Subject, setting: Setting): (Tensor | undefined)[] {
  return withBackend(setting.backend, () =>
    scope(() => {
      const inputs = inputsOf(subject, setting);
      const targets = targetsOf(subject).map((i) => inputs[i]);
      const { grads } = valueAndGrad(targets, () => {
        const used = setting.copies === true ? inputs.map((x) => clone(x)) : inputs;
        return weightedSum(subject, used, setting.lay === "transposed");
      });
      return targets.map((target) => (grads.has(target) ? grads.get(target) : undefined));
    }),
  );
}

/** Gradients of the weighted sum of all gradients. */
export function secondGradients(subject: Subject, setting: Setting): (Tensor | undefined)[] {
  return withBackend(setting.backend, () =>
    scope(() => {
      const inputs = inputsOf(subject, setting);
      const targets = targetsOf(subject).map((i) => inputs[i]);
      const { grads } = valueAndGrad(targets, () => weightedGradients(subject, inputs));
      return targets.map((target) => (grads.has(target) ? grads.get(target) : undefined));
    }),
  );
}

/** The sum of all float results, each element with a weight of its own. */
export function weightedSum(subject: Subject, inputs: readonly Tensor[], transposed = false): Tensor {
  const terms = call(subject, inputs).flatMap((y, i) => {
    if (!isFloat(y.dtype)) return [];
    const values: Values = { shape: y.shape, dtype: y.dtype, data: weights(`${subject.id} cotangent ${i}`, y.size) };
    // Transposed weights on a transposed result make the gradient arrive with other strides.
    const options = { dtype: y.dtype, backend: y.backend };
    if (!transposed) return [y.mul(tensor(values.data, { ...options, shape: y.shape })).sum()];
    const other = tensor(reverseAxes(values), { ...options, shape: [...y.shape].reverse() });
    return [permute(y, reversed(y.rank)).mul(other).sum()];
  });
  return terms.reduce((sum, term) => sum.add(term));
}

/** The sum of all elements of all gradients, each with a weight of its own; differentiable where it is recorded. */
export function weightedGradients(subject: Subject, inputs: readonly Tensor[]): Tensor {
  const targets = targetsOf(subject).map((i) => inputs[i]);
  const { loss, grads } = valueAndGrad(targets, () => weightedSum(subject, inputs), { createGraph: true });
  let sum: Tensor = full([], 0, { dtype: loss.dtype, backend: loss.backend });
  targets.forEach((target, i) => {
    if (!grads.has(target)) return;
    const data = weights(`${subject.id} second ${i}`, target.size);
    const options = { shape: target.shape, dtype: target.dtype, backend: target.backend };
    sum = sum.add(grads.get(target).mul(tensor(data, options)).sum());
  });
  return sum;
}

/** Reads tensors and disposes them. */
export async function read(tensors: readonly (Tensor | undefined)[]): Promise<(Result | undefined)[]> {
  // Asked for together: a device that is far away answers once.
  const results = await Promise.all(
    tensors.map(async (x) => x && { dtype: x.dtype, shape: x.shape, data: await x.data() }),
  );
  for (const x of tensors) x?.dispose();
  return results;
}

/** `read` on a backend that does not make its callers wait. */
export function readNow(tensors: readonly (Tensor | undefined)[]): (Result | undefined)[] {
  const results = tensors.map((x) => x && { dtype: x.dtype, shape: x.shape, data: x.dataSync() });
  for (const x of tensors) x?.dispose();
  return results;
}

function call(subject: Subject, inputs: readonly Tensor[]): Tensor[] {
  const result = subject.case.run(...inputs);
  return isTensor(result) ? [result] : [...result];
}
