import type { Backend, BufferHandle, DType, Shape } from "@nn/backend";
import { execute } from "./dispatch.js";
import type { Tensor } from "./tensor.js";

/** Dtype and shape of an output. */
export interface OutputSpec {
  readonly dtype: DType;
  readonly shape: Shape;
}

/** Buffers that a fused forward kernel left for its gradient kernel; opaque, handed on through `options.saved`. */
export type SavedBuffers = readonly BufferHandle[];

/** What a gradient rule sees. */
export interface VjpContext<A> {
  /** The inputs; only those that `saves` names have content. */
  readonly inputs: readonly Tensor[];
  /** The outputs; only those that `saves.outputs` names have content. */
  readonly outputs: readonly Tensor[];
  /** The gradient of the first output. */
  readonly g: Tensor;
  /** The gradients of all outputs; undefined where an output was not used. */
  readonly grads: readonly (Tensor | undefined)[];
  /** Which inputs want a gradient. */
  readonly need: readonly boolean[];
  readonly attrs: A;
  readonly scalars: readonly number[];
  readonly saved: SavedBuffers | undefined;
}

/** All that the dispatcher and the tape need to know of an op. */
export interface OpDefinition<A = undefined> {
  /** Unique; a third party's has a dot: `"acme.swish"`. */
  readonly name: string;
  /** The kernel that computes it; by default the one of the op's name. */
  readonly kernel?: string;
  /** Shapes and dtypes of the outputs, or a ShapeError or DTypeError; all checks are made here, without a backend. */
  infer(inputs: readonly Tensor[], attrs: A): OutputSpec | readonly OutputSpec[];
  /** Makes it a view: no kernel runs, the output shares the first input's buffer. */
  view?(input: Tensor, attrs: A, output: OutputSpec): { readonly strides: readonly number[]; readonly offset: number };
  /** Expands all inputs to the first output's shape before the kernel sees them. */
  readonly broadcast?: boolean;
  /** For ops over many tensors at once (optimizer steps): how many inputs and outputs belong to one of them. */
  group?(attrs: A): TensorGroup;
  /** Value of a non-empty output when an input is empty, such as a sum over nothing. */
  emptyValue?(attrs: A): number;
  /** The same result in other ops. Every op whose kernel is not one of the required ones has it. */
  composed?(inputs: readonly Tensor[], attrs: A, scalars: readonly number[]): Tensor | readonly Tensor[];
  /**
   * Gradients of the inputs, in ops; shapes are summed back to those of the inputs by the tape. Without it the
   * composed form is recorded. `null` says that no gradient flows (comparisons, argmax).
   */
  readonly vjp?: ((context: VjpContext<A>) => readonly (Tensor | undefined)[]) | null;
  /** What the rule reads: positions, for outputs also all or none. Default: all inputs, no output. */
  readonly saves?: { readonly inputs?: readonly number[]; readonly outputs?: boolean | readonly number[] };
  /** The kernel that reads this kernel's `saved` buffers. */
  readonly gradient?: string;
}

/** The sizes of one group of inputs and of the outputs that belong to it. */
export interface TensorGroup {
  readonly inputs: number;
  readonly outputs: number;
}

/** What may go along with a call. */
export interface CallOptions {
  /** Numbers that change from call to call. */
  readonly scalars?: readonly number[];
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
  /** Inputs that the call may overwrite and that it disposes: for optimizer steps. */
  readonly donate?: readonly number[];
  /** `context.saved` of the forward op, for a gradient op. */
  readonly saved?: SavedBuffers | undefined;
  /** Where an op without inputs runs. */
  readonly backend?: Backend;
}

/** An op that can be called. */
export interface Op<A = undefined> {
  readonly definition: OpDefinition<A>;
  /** Runs the op and gives its first output. */
  call(inputs: readonly Tensor[], attrs: A, options?: CallOptions): Tensor;
  /** Runs the op and gives all outputs. */
  callAll(inputs: readonly Tensor[], attrs: A, options?: CallOptions): Tensor[];
}

/**
 * Makes an op of its definition: shapes, a composed form, a gradient, and the kernel that may accelerate it. First-party
 * ops are made by the same call.
 *
 * @example
 * ```ts
 * import { defineOp, tensor } from "@nn/tensor";
 *
 * const swish = defineOp({
 *   name: "acme.swish",
 *   infer: ([x]) => x,
 *   composed: ([x]) => x.mul(x.neg().exp().add(1).reciprocal()),
 * });
 * await swish.call([tensor([0])], undefined).item(); // => 0
 * ```
 */
export function defineOp<A = undefined>(definition: OpDefinition<A>): Op<A> {
  return {
    definition,
    call: (inputs, attrs, options) => execute(definition, inputs, attrs, options)[0]!,
    callAll: (inputs, attrs, options) => execute(definition, inputs, attrs, options),
  };
}
