import type { BinaryKind, UnaryKind } from "./kernels.js";

/** Whether a tensor of a program has an element for each place, or a single one that all places share. */
export type ElementwiseExtent = "all" | "one";

/** One step of a program. Its result is a register of its own. */
export interface ElementwiseInstruction {
  /** `where` takes `[condition, a, b]`. */
  readonly kind: UnaryKind | BinaryKind | "where";
  /** The registers it reads, all of them earlier. */
  readonly operands: readonly number[];
}

/** A register that leaves the program. */
export interface ElementwiseOutput {
  readonly register: number;
  readonly extent: ElementwiseExtent;
}

/**
 * Of `elementwise`: a program that makes each element of its outputs of the elements at the same place of its inputs.
 *
 * Registers are numbered: the inputs of a group, then the call's scalars, then the constants, then the results of the
 * instructions in order. What comparisons, logical kinds, `logicalNot` and `isNaN` give is a condition: only logical kinds
 * and `where` read it, and it is no output. Logical kinds and `logicalNot` read nothing else. All other registers are
 * floats of the dtype of the inputs.
 */
export interface ElementwiseAttrs {
  /** Of the inputs of a group. Those of extent "all" have one shape, and there is at least one. */
  readonly inputs: readonly ElementwiseExtent[];
  /** How many scalars a call has. */
  readonly scalars: number;
  readonly constants: readonly number[];
  readonly instructions: readonly ElementwiseInstruction[];
  /** One of extent "one" comes from registers that are the same at every place. */
  readonly outputs: readonly ElementwiseOutput[];
}
