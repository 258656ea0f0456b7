import {
  DataError,
  type DType,
  describe,
  type OutputSpec,
  ShapeError,
  scope,
  type Tensor,
  type TensorGroup,
} from "@nn/tensor";

/** What a fused step gives: of each group `[p, g, ...state]` the new `[p, ...state]`. */
export function inferStep(where: string, inputs: readonly Tensor[], group: TensorGroup): OutputSpec[] {
  if (inputs.length === 0 || inputs.length % group.inputs !== 0) {
    throw new DataError({
      where,
      problem: "the tensors do not come in whole groups",
      rows: [["expected", `groups of ${group.inputs}`, `got ${inputs.length} tensors`]],
      fix: "pass p, g and all state tensors of every parameter",
    });
  }
  const outputs: OutputSpec[] = [];
  for (let i = 0; i < inputs.length; i += group.inputs) {
    const p = inputs[i]!;
    for (let j = 1; j < group.inputs; j++) if (!sameSpec(p, inputs[i + j]!)) throw misfit(where, p, inputs[i + j]!, j);
    outputs.push(p);
    for (let j = 2; j < group.inputs; j++) outputs.push(inputs[i + j]!);
  }
  return outputs;
}

/** The composed form of a step over many tensors; what is made for one parameter is freed before the next. */
export function composeGroups(
  inputs: readonly Tensor[],
  group: TensorGroup,
  step: (tensors: readonly Tensor[]) => readonly Tensor[],
): Tensor[] {
  const outputs: Tensor[] = [];
  for (let i = 0; i < inputs.length; i += group.inputs) {
    outputs.push(...scope(() => step(inputs.slice(i, i + group.inputs))));
  }
  return outputs;
}

function sameSpec(
  a: { dtype: DType; shape: readonly number[] },
  b: { dtype: DType; shape: readonly number[] },
): boolean {
  if (a.dtype !== b.dtype || a.shape.length !== b.shape.length) return false;
  for (let i = 0; i < a.shape.length; i++) if (a.shape[i] !== b.shape[i]) return false;
  return true;
}

function misfit(where: string, p: Tensor, other: Tensor, index: number): ShapeError {
  return new ShapeError({
    where,
    problem: "a gradient or state tensor does not fit its parameter",
    rows: [
      ["parameter", describe(p)],
      [index === 1 ? "gradient" : `state ${index - 2}`, describe(other)],
    ],
    fix: "all tensors of a group need the shape and dtype of the parameter",
  });
}
