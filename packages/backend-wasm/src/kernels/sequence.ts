import type { Operand } from "@nn/backend";
import { type Context, pointerOf } from "../context.js";
import type { WasmBuffer } from "../heap.js";
import { withWorkspace } from "../workspace.js";
import { multiply } from "./product.js";

/** Copies a dense operand's elements into a dense output: where a kernel begins with a state and ends with another. */
export function startWith({ exports }: Context, state: Operand, output: Operand): void {
  exports.copyFloats(pointerOf(state), pointerOf(output), state.shape[0] * state.shape[1]);
}

/** First byte of the lengths, which may be absent: 0. */
export function lengthsOf(lengths: Operand | undefined): number {
  return lengths === undefined ? 0 : pointerOf(lengths);
}

/** Runs a kernel with the workspace that a layer needs whose steps multiply with a (depth × columns) matrix. */
export function withSequenceWorkspace(
  context: Context,
  depth: number,
  columns: number,
  use: (workspace: number) => void,
): void {
  withWorkspace(context, context.exports.recurrentWorkspace(depth, columns), use);
}

/** Runs `use` with memory for so many floats. */
export function withFloats({ heap }: Context, count: number, use: (pointer: number) => void): void {
  const buffer: WasmBuffer = heap.allocate("f32", count);
  try {
    use(buffer.pointer);
  } finally {
    heap.free(buffer);
  }
}

/** The states before each step, at `target`. */
export function writeStatesBefore(
  { exports }: Context,
  output: Operand,
  first: Operand,
  target: number,
  lengths: Operand | undefined,
  reverse: boolean,
): void {
  const [n, t, h] = output.shape;
  exports.statesBefore(pointerOf(output), pointerOf(first), target, lengthsOf(lengths), n, t, h, reverse ? 1 : 0);
}

/** Gradient of the weight: gatesᵀ (wide × rows) · states (rows × h), over all steps at once. */
export function multiplyGates(
  context: Context,
  gates: number,
  states: number,
  rows: number,
  wide: number,
  h: number,
  weight: Operand,
): void {
  multiply(context, {
    rows: wide,
    columns: h,
    depth: rows,
    count: 1,
    a: gates,
    aRow: 1,
    aStep: wide,
    aBatch: 0,
    b: states,
    bStep: h,
    bColumn: 1,
    bBatch: 0,
    c: pointerOf(weight),
    bias: 0,
    activation: 0,
  });
}
