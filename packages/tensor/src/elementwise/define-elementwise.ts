import type { ElementwiseAttrs } from "@nn/backend";
import { DTypeError, describe, isFloat, ShapeError, sameShape } from "@nn/backend";
import { pullback } from "../autograd/pullback.js";
import { defineOp, type Op } from "../core/op.js";
import { runtime } from "../core/runtime.js";
import { alias, type Tensor } from "../core/tensor.js";
import { constant } from "../create/constant.js";
import { zerosLike } from "../create/zeros-like.js";
import { trace } from "./trace.js";

/** What `defineElementwise` makes an op of. */
export interface ElementwiseDefinition {
  /** Unique; a third party's has a dot: `"acme.swish"`. */
  readonly name: string;
  /**
   * The function, in ops that work element by element: arithmetic, comparisons, `where`, `exp` and the like. Numbers that
   * change from call to call come as 0-dimensional tensors. Called again and again: it must do the same each time, and
   * must not ask for shapes.
   */
  body(inputs: readonly Tensor[], scalars: readonly Tensor[]): Tensor;
  /**
   * Gradients of the inputs in the same kind of ops, where something shorter or more exact is known than what follows
   * from `body`. `g` is the gradient of the result.
   */
  gradient?(g: Tensor, inputs: readonly Tensor[], scalars: readonly Tensor[]): readonly Tensor[];
}

/** What may go along with a call of an elementwise op. */
export interface ElementwiseCallOptions {
  /** What `body` gets as scalars. */
  readonly scalars?: readonly number[];
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object | undefined;
}

/** An elementwise op that can be called. */
export interface ElementwiseOp {
  /** Runs it on tensors of one shape and dtype, f32 or f64. */
  call(inputs: readonly Tensor[], options?: ElementwiseCallOptions): Tensor;
}

/** The kernel's attributes, and for gradients which inputs want one. */
interface ProgramAttrs extends ElementwiseAttrs {
  readonly need: readonly boolean[];
}

/**
 * Makes one op of a function of single elements. On backends with the kernel `elementwise` the function runs as one
 * program that reads and writes each tensor once, and so does its gradient, which is derived from it; elsewhere both
 * run as the ops that they are made of.
 *
 * @throws UnsupportedError at the first call when the body does anything else than work on single elements.
 *
 * @example
 * ```ts
 * import { defineElementwise, exp, tensor, valueAndGrad } from "@nn/tensor";
 *
 * // exp(-(x - center)²)
 * const bump = defineElementwise({
 *   name: "acme.bump",
 *   body: ([x], [center]) => exp(x.sub(center).square().neg()),
 * });
 * const x = tensor([1, 2]);
 * const { loss, grads } = valueAndGrad(x, () => bump.call([x], { scalars: [2] }).sum());
 * (await loss.item()).toFixed(3); // => "1.368"
 * (await grads.get(x).at(0).item()).toFixed(3); // => "0.736"
 * ```
 */
export function defineElementwise({ name, body, gradient: given }: ElementwiseDefinition): ElementwiseOp {
  const gradients: GroupFunction = ([g, ...inputs], scalars, need) => {
    const all = given?.(g!, inputs, scalars) ?? pulledBack(body, g!, inputs, scalars, need);
    return all.filter((_, i) => need[i]);
  };
  const programs = new Map<string, ProgramAttrs>();
  const programOf = (op: string, fn: GroupFunction, inputs: number, scalars: number, need: readonly boolean[]) => {
    const key = `${inputs} ${scalars} ${need.join(" ")}`;
    let program = programs.get(key);
    if (program === undefined) {
      const extents = new Array<"all">(inputs).fill("all");
      const traced = trace((tensors, numbers) => fn(tensors, numbers, need), { name: op, inputs: extents, scalars });
      programs.set(key, (program = { ...traced.program, need }));
    }
    return program;
  };

  const gradientName = `${name}Grad`;
  const gradientOp: Op<ProgramAttrs> = defineOp<ProgramAttrs>({
    name: gradientName,
    kernel: "elementwise",
    infer: ([, ...inputs], { need }) => inputs.filter((_, i) => need[i]),
    // Without a rule of its own: where it is to be differentiated, its parts are recorded.
    composed: (tensors, { need }, scalars) => gradients(tensors, constants(scalars, tensors[0]!), need),
  });
  const op: Op<ProgramAttrs> = defineOp<ProgramAttrs>({
    name,
    kernel: "elementwise",
    infer: (inputs) => inferSame(name, inputs),
    composed: (inputs, _, scalars) => body(inputs, constants(scalars, inputs[0]!)),
    vjp: ({ g, inputs, need, scalars }) => {
      const program = programOf(gradientName, gradients, inputs.length + 1, scalars.length, need);
      const made = gradientOp.callAll([g, ...inputs], program, { scalars });
      return need.map((needed) => (needed ? made.shift() : undefined));
    },
  });

  return {
    call: (inputs, { scalars = [], owner } = {}) => {
      const program = programOf(
        name,
        (tensors, numbers) => [body(tensors, numbers)],
        inputs.length,
        scalars.length,
        [],
      );
      return op.call(inputs, program, { scalars, owner });
    },
  };
}

type GroupFunction = (
  inputs: readonly Tensor[],
  scalars: readonly Tensor[],
  need: readonly boolean[],
) => readonly Tensor[];

function constants(scalars: readonly number[], { dtype, backend }: Tensor): Tensor[] {
  return scalars.map((value) => constant(value, dtype, backend));
}

/** The gradients that follow from the body; zeros for inputs that need none. */
function pulledBack(
  body: ElementwiseDefinition["body"],
  g: Tensor,
  inputs: readonly Tensor[],
  scalars: readonly Tensor[],
  need: readonly boolean[],
): Tensor[] {
  // A backward pass disposes what it walks over, unless it is recorded itself.
  const seed = runtime.recorder === null ? alias(g) : g;
  const made = pullback(
    () => body(inputs, scalars),
    inputs.filter((_, i) => need[i]),
    [seed],
  );
  return inputs.map((input, i) => (need[i] ? made.shift() : undefined) ?? zerosLike(input));
}

function inferSame(name: string, inputs: readonly Tensor[]): Tensor {
  const first = inputs[0]!;
  const rows = inputs.map((input, i) => [`input ${i}`, describe(input)] as const);
  if (!inputs.every(({ dtype }) => isFloat(dtype) && dtype === first.dtype)) {
    throw new DTypeError({
      where: name,
      problem: "the dtypes do not fit",
      rows: [...rows, ["expected", "all f32 or all f64"]],
      fix: 'cast them first: x.cast("f32")',
    });
  }
  if (inputs.every(({ shape }) => sameShape(shape, first.shape))) return first;
  throw new ShapeError({
    where: name,
    problem: "the shapes differ",
    rows,
    fix: "expand the smaller ones: nothing is broadcast here",
  });
}
