import { type KernelIO, type Operand, sizeOf, type TypedArray } from "@nn/backend";
import { arrayOf } from "../buffer.js";
import { gemm } from "../gemm/gemm.js";

/** What the recurrent kernels share: one walk over the steps, batch first, dense operands. */
export interface Walk {
  readonly n: number;
  readonly t: number;
  readonly h: number;
  readonly reverse: boolean;
  readonly lengths: TypedArray | undefined;
}

export function walkOf(output: Operand, lengths: Operand | undefined, reverse: boolean): Walk {
  const [n, t, h] = output.shape;
  return { n, t, h, reverse, lengths: lengths === undefined ? undefined : arrayOf(lengths).subarray(lengths.offset) };
}

/** The steps in the layer's order, or with `back` against it. */
export function* steps({ t, reverse }: Walk, back = false): Iterable<number> {
  for (let s = 0; s < t; s++) yield reverse === back ? s : t - 1 - s;
}

/** Whether step k lies within sequence `row`. */
export function isInside({ lengths }: Walk, row: number, k: number): boolean {
  return lengths === undefined || k < lengths[row];
}

/** products (n × wide) = states (n × h) · weightᵀ, the weight being (wide × h). */
export function multiplyStates(walk: Walk, states: TypedArray, weight: TypedArray, wide: number, z: TypedArray): void {
  const { n, h } = walk;
  gemm(n, wide, h, states, 0, h, 1, weight, 0, 1, h, z, 0, wide, false);
}

/** dh (n × h) += the gates' gradients of step k (rows of `d (n, t, wide)`) · weight (wide × h). */
export function multiplyBack(
  walk: Walk,
  d: TypedArray,
  k: number,
  weight: TypedArray,
  wide: number,
  dh: TypedArray,
): void {
  const { n, t, h } = walk;
  gemm(n, h, wide, d, k * wide, t * wide, 1, weight, 0, h, 1, dh, 0, h, true);
}

/** The gradient of the weight, over all steps at once: dᵀ (wide × n t) · states (n t × h). */
export function multiplyGates(walk: Walk, d: TypedArray, states: TypedArray, wide: number, z: TypedArray): void {
  const { n, t, h } = walk;
  gemm(wide, h, n * t, d, 0, 1, wide, states, 0, h, 1, z, 0, h, false);
}

/** The states before each step (n, t, h), from the outputs and the first state. */
export function statesBefore(walk: Walk, y: TypedArray, first: TypedArray): TypedArray {
  const { n, t, h, reverse, lengths } = walk;
  const states = y.slice();
  for (let row = 0; row < n; row++) {
    const from = row * t * h;
    const start = first.subarray(row * h, (row + 1) * h);
    if (reverse) {
      states.copyWithin(from, from + h, from + t * h);
      const length = Math.min(lengths?.[row] ?? t, t);
      if (length > 0) states.set(start, from + (length - 1) * h);
    } else {
      states.copyWithin(from + h, from, from + (t - 1) * h);
      states.set(start, from);
    }
  }
  return states;
}

/** An array like another, of another length. */
export function like(array: TypedArray, length: number): TypedArray {
  return new (array.constructor as new (length: number) => TypedArray)(length);
}

/** The elements of dense operands, each in an array of its own extent. */
export function arraysOf(io: KernelIO): { inputs: TypedArray[]; outputs: TypedArray[] } {
  const elements = (operand: Operand) =>
    arrayOf(operand).subarray(operand.offset, operand.offset + sizeOf(operand.shape));
  return { inputs: io.inputs.map(elements), outputs: io.outputs.map(elements) };
}
