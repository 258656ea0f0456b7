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
export function defineElementwise({ name, body }: ElementwiseDefinition): ElementwiseOp {
  const run = (inputs: readonly Tensor[], scalars: readonly number[]) =>
    body(
      inputs,
      scalars.map((value) => constant(value, inputs[0]!.dtype, inputs[0]!.backend)),
    );

  const gradient: Op<ProgramAttrs> = defineOp<ProgramAttrs>({
    name: `${name}Grad`,
    kernel: "elementwise",
    infer: ([, ...inputs], { need }) => inputs.filter((_, i) => need[i]),
    // Without a rule of its own: where it is to be differentiated, its parts are recorded.
    composed: ([g, ...inputs], { need }, scalars) => gradients(run, g!, inputs, scalars, need),
  });

  const forward: Op<ProgramAttrs> = defineOp<ProgramAttrs>({
    name,
    kernel: "elementwise",
    infer: (inputs) => inferSame(name, inputs),
    composed: (inputs, _, scalars) => run(inputs, scalars),
    vjp: ({ g, inputs, need, scalars }) => {
      const made = gradient.callAll([g, ...inputs], gradientProgram(inputs.length, scalars.length, need), { scalars });
      return need.map((needed) => (needed ? made.shift() : undefined));
    },
  });

  const programs = new Map<string, ProgramAttrs>();
  const known = (key: string, make: () => ProgramAttrs): ProgramAttrs => {
    let attrs = programs.get(key);
    if (attrs === undefined) programs.set(key, (attrs = make()));
    return attrs;
  };
  const extents = (count: number) => new Array<"all">(count).fill("all");

  const forwardProgram = (inputs: number, scalars: number) =>
    known(`${inputs} ${scalars}`, () => ({
      ...trace((tensors, numbers) => [body(tensors, numbers)], { name, inputs: extents(inputs), scalars }).program,
      need: [],
    }));
  const gradientProgram = (inputs: number, scalars: number, need: readonly boolean[]) =>
    known(`${inputs} ${scalars} ${need.join(" ")}`, () => ({
      ...trace(([g, ...tensors], numbers) => gradients(() => body(tensors, numbers), g!, tensors, [], need), {
        name: `${name}Grad`,
        inputs: extents(inputs + 1),
        scalars,
      }).program,
      need,
    }));

  return {
    call: (inputs, { scalars = [], owner } = {}) => {
      return forward.call(inputs, forwardProgram(inputs.length, scalars.length), { scalars, owner });
    },
  };
}

/** The gradients of the inputs that need one. */
function gradients(
  run: (inputs: readonly Tensor[], scalars: readonly number[]) => Tensor,
  g: Tensor,
  inputs: readonly Tensor[],
  scalars: readonly number[],
  need: readonly boolean[],
): Tensor[] {
  const targets = inputs.filter((_, i) => need[i]);
  // A backward pass disposes what it walks over, unless it is recorded itself.
  const seed = runtime.recorder === null ? alias(g) : g;
  return pullback(() => run(inputs, scalars), targets, [seed]).map((gradient, i) => gradient ?? zerosLike(targets[i]!));
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
