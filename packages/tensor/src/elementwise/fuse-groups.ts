import type { ElementwiseAttrs, ElementwiseExtent } from "@nn/backend";
import { DataError, describe, isFloat, ShapeError, sameShape } from "@nn/backend";
import { type CallOptions, defineOp, type OutputSpec } from "../core/op.js";
import { scope } from "../core/scope.js";
import type { Tensor } from "../core/tensor.js";
import { trace } from "./trace.js";

/** What `fuseGroups` does with its tensors. */
export interface GroupFunction {
  /** Of the caller, for errors and profiles. */
  readonly name: string;
  /** How many tensors make a group. */
  readonly size: number;
  /**
   * What is done with one group, in ops that work element by element, as in `defineElementwise`. Numbers in it may be
   * others in the next call.
   */
  fn(group: readonly Tensor[]): readonly Tensor[];
}

/**
 * Does the same with many groups of tensors. On backends with the kernel `elementwise` that is one call for all of them,
 * which may overwrite the tensors that `donate` names (the first of a group, and those from the third on); elsewhere `fn`
 * runs for each. For optimizer steps: there are no gradients.
 *
 * The tensors of a group have the shape of the first, or are numbers of rank 0; all groups are alike in that.
 *
 * @returns what `fn` gives, one group after the other
 * @throws DataError when the tensors are not whole groups, ShapeError when one does not fit its group, UnsupportedError
 * when `fn` does anything else than work on single elements.
 *
 * @example
 * ```ts
 * import { fuseGroups, tensor } from "@nn/tensor";
 *
 * const groups = [tensor([1, 2]), tensor([10, 20]), tensor([3]), tensor([30])];
 * const [first, second] = fuseGroups(groups, { name: "acme.step", size: 2, fn: ([p, g]) => [p.sub(g.mul(0.1))] });
 * await first.array(); // => [0, 0]
 * await second.array(); // => [0]
 * ```
 */
export function fuseGroups(
  tensors: readonly Tensor[],
  { name, size, fn }: GroupFunction,
  options: CallOptions = {},
): Tensor[] {
  if (tensors.length === 0 || tensors.length % size !== 0) throw partialGroup(name, tensors.length, size);
  const inputs = tensors.slice(0, size).map((tensor) => extentOf(tensor, tensors[0]!));
  const { program, numbers } = trace((group) => fn(group), { name, inputs, freeNumbers: true });
  const op = defineOp<ElementwiseAttrs>({
    name,
    kernel: "elementwise",
    group: () => ({ inputs: size, outputs: program.outputs.length }),
    infer: (all) => inferGroups(name, all, program),
    composed: (all) => {
      const outputs: Tensor[] = [];
      // What is made for one group is freed before the next.
      for (let i = 0; i < all.length; i += size) outputs.push(...scope(() => fn(all.slice(i, i + size))));
      return outputs;
    },
    vjp: null,
  });
  return op.callAll(tensors, interned(program), { ...options, scalars: numbers });
}

/** Programs by what they do: a backend knows by the object which ones it has seen. */
const programs = new Map<string, ElementwiseAttrs>();

function interned(program: ElementwiseAttrs): ElementwiseAttrs {
  const { inputs, scalars, instructions, outputs } = program;
  const key = [
    inputs.join(),
    scalars,
    ...instructions.map(({ kind, operands }) => `${kind} ${operands.join(" ")}`),
    ...outputs.map(({ register, extent }) => `${register} ${extent}`),
  ].join(";");
  const present = programs.get(key);
  if (present !== undefined) return present;
  programs.set(key, program);
  return program;
}

function extentOf(tensor: Tensor, first: Tensor): ElementwiseExtent {
  return tensor.rank === 0 && first.rank > 0 ? "one" : "all";
}

function inferGroups(name: string, tensors: readonly Tensor[], { inputs, outputs }: ElementwiseAttrs): OutputSpec[] {
  const specs: OutputSpec[] = [];
  for (let i = 0; i < tensors.length; i += inputs.length) {
    const first = tensors[i]!;
    for (let j = 0; j < inputs.length; j++) {
      const tensor = tensors[i + j]!;
      const fits = inputs[j] === "one" ? tensor.rank === 0 : sameShape(tensor.shape, first.shape);
      if (!fits || tensor.dtype !== first.dtype || !isFloat(tensor.dtype)) throw misfit(name, first, tensor, j);
    }
    for (const { extent } of outputs) specs.push(extent === "all" ? first : { dtype: first.dtype, shape: [] });
  }
  return specs;
}

function partialGroup(where: string, count: number, size: number): DataError {
  return new DataError({
    where,
    problem: "the tensors do not come in whole groups",
    rows: [["expected", `groups of ${size}`, `got ${count} tensors`]],
    fix: "pass all tensors of every group",
  });
}

function misfit(where: string, first: Tensor, tensor: Tensor, position: number): ShapeError {
  return new ShapeError({
    where,
    problem: "a tensor does not fit its group",
    rows: [
      ["first", describe(first)],
      [`tensor ${position}`, describe(tensor)],
    ],
    fix: "all tensors of a group need the shape of the first, or rank 0 as in the first group, and its dtype, f32 or f64",
  });
}
