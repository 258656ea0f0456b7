import type { Operand } from "@nn/backend";
import { BackendError, denseStrides, isDense, sizeOf } from "@nn/backend";
import type { WasmExports } from "./exports.js";
import type { Heap, WasmBuffer } from "./heap.js";
import type { Programs } from "./programs.js";
import type { Walk } from "./walk.js";

/** What kernels work with. */
export interface Context {
  readonly heap: Heap;
  readonly exports: WasmExports;
  readonly walk: Walk;
  readonly programs: Programs;
}

/** Bytes of an element. */
export function widthOf(operand: Operand): number {
  return operand.dtype === "bool" ? 1 : 4;
}

/** First byte of an operand's first element. */
export function pointerOf(operand: Operand): number {
  const { pointer } = operand.buffer as WasmBuffer;
  if (pointer === 0) throw useAfterFree();
  // No shifts: the upper half of the memory lies beyond 2**31.
  return pointer + operand.offset * (operand.dtype === "bool" ? 1 : 4);
}

/** What is thrown where a freed buffer is used; apart from its callers, so that they stay small. */
export function useAfterFree(): BackendError {
  return new BackendError({
    where: "wasm",
    problem: "a buffer was used after it was freed",
    fix: "keep the tensor alive until its last use",
  });
}

/** Copies a strided operand to dense memory. */
export function copyTo(context: Context, operand: Operand, target: number): void {
  const { walk } = context;
  const { shape, strides } = operand;
  walk.begin();
  let step = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    walk.add(shape[d], strides[d], step, 0);
    step *= shape[d];
  }
  runCopy(context, pointerOf(operand), target, widthOf(operand));
}

/** Copies along the walk, from operand a to operand b. Overwrites the walk. */
export function runCopy({ walk, exports }: Context, source: number, target: number, width: number): void {
  const across = width === 4 ? transposedDimension(walk) : 0;
  if (across > 1) walk.swap(1, across);
  walk.publish(width, width, 0);
  if (across > 0) exports.transpose(walk.dimensions, source, target);
  else exports.copy(Math.max(1, walk.dimensions), source, target, width);
}

/** The dimension that is contiguous in the source while rows are contiguous in the target, or 0. */
function transposedDimension(walk: Walk): number {
  if (walk.dimensions < 2 || walk.rowB !== 1 || walk.rowA === 1 || walk.rowA === 0 || walk.length < 4) return 0;
  for (let d = 1; d < walk.dimensions; d++) if (walk.a[d] === 1 && walk.sizes[d] >= 4) return d;
  return 0;
}

/** A dense copy of an operand in memory that must be given back by `release`. */
export interface Scratch extends Operand {
  readonly buffer: WasmBuffer;
}

/** Makes a dense copy. */
export function densified(context: Context, operand: Operand): Scratch {
  const { dtype, shape } = operand;
  const length = sizeOf(shape);
  const buffer = context.heap.allocate(dtype, length);
  copyTo(context, operand, buffer.pointer);
  return { buffer, dtype, shape, strides: denseStrides(shape), offset: 0 };
}

/** Gives the operand itself where it is dense, else a dense copy. */
export function densely(context: Context, operand: Operand): Operand {
  return isDense(operand) ? operand : densified(context, operand);
}

/** Gives back what `densely` made, and leaves the original alone. */
export function release(context: Context, made: Operand, original: Operand): void {
  if (made !== original) context.heap.free(made.buffer as WasmBuffer);
}
