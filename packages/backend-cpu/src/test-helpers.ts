import type { Backend, DType, Kernel, Operand, Shape } from "@nn/backend";
import { denseStrides, philoxBits, sizeOf, typedArray } from "@nn/backend";
import { expect } from "vitest";
import { cpu } from "./cpu.js";
import { fusedKernels } from "./fused.js";

/** One backend for all tests: what a test leaves in its pool must not matter to the next. */
export const backend: Backend = cpu({ kernels: fusedKernels });

let stream = 0;

/** Repeatable values: multiples of 1/64 in [-2, 2) for floats, so that ties happen; integers and masks otherwise. */
export function values(dtype: DType, length: number): number[] {
  const bits = philoxBits([7, 7], (stream += 4096), length);
  return Array.from(bits, (word) => {
    if (dtype === "bool") return word & 1;
    if (dtype === "i32") return (word & 63) - 32;
    return ((word & 255) - 128) / 64;
  });
}

/** A dense operand with these elements. */
export function dense(dtype: DType, shape: Shape, data: readonly number[] = values(dtype, sizeOf(shape))): Operand {
  return strided(dtype, shape, denseStrides(shape), 0, data);
}

/** An operand over a buffer with these elements. */
export function strided(
  dtype: DType,
  shape: Shape,
  strides: readonly number[],
  offset: number,
  data: readonly number[],
): Operand {
  const buffer = backend.alloc(dtype, data.length);
  const host = typedArray(dtype, data.length);
  host.set(data);
  backend.write(buffer, host);
  return { buffer, dtype, shape, strides, offset };
}

/** How an operand can lie in memory. */
export const layouts = ["dense", "transposed", "flipped", "spread", "broadcast"] as const;

/** An operand of random elements in one of these layouts. */
export function laid(layout: (typeof layouts)[number], dtype: DType, shape: Shape): Operand {
  const rank = shape.length;
  if (layout === "dense" || rank === 0) return dense(dtype, shape);
  if (layout === "transposed") {
    const strides = denseStrides([...shape].reverse()).reverse();
    return strided(dtype, shape, strides, 0, values(dtype, sizeOf(shape)));
  }
  const strides = denseStrides(shape);
  if (layout === "flipped") {
    const last = rank - 1;
    strides[last] = -strides[last];
    return strided(dtype, shape, strides, shape[last] - 1, values(dtype, sizeOf(shape)));
  }
  if (layout === "spread") {
    const wide = strides.map((step) => step * 2);
    return strided(dtype, shape, wide, 3, values(dtype, sizeOf(shape) * 2 + 3));
  }
  strides[0] = 0;
  return strided(dtype, shape, strides, 0, values(dtype, sizeOf(shape.slice(1))));
}

/** Calls `visit` with each coordinate of a shape, in row-major order. */
export function eachIndex(shape: Shape, visit: (at: readonly number[]) => void): void {
  const at = shape.map(() => 0);
  for (let n = sizeOf(shape); n > 0; n--) {
    visit(at);
    for (let d = shape.length - 1; d >= 0 && ++at[d] === shape[d]; d--) at[d] = 0;
  }
}

/** The element at a coordinate. */
export function at(operand: Operand, index: readonly number[]): number {
  const data = backend.readSync!(operand.buffer);
  return data[index.reduce((sum, i, d) => sum + i * operand.strides[d], operand.offset)];
}

/** All elements in row-major order. */
export function elements(operand: Operand): number[] {
  const data = backend.readSync!(operand.buffer);
  const out: number[] = [];
  eachIndex(operand.shape, (index) => {
    out.push(data[index.reduce((sum, i, d) => sum + i * operand.strides[d], operand.offset)]);
  });
  return out;
}

const guard = 77;

/**
 * Runs a kernel and gives the elements of each output. Output buffers start out full of guard values and are longer
 * than needed: a kernel that adds to them, or writes beyond them, is found out.
 */
export function run<A>(
  kernel: Kernel<A> | undefined,
  inputs: readonly Operand[],
  outputs: readonly (readonly [dtype: DType, shape: Shape])[],
  attrs: A,
  scalars: readonly number[] = [],
): number[][] {
  if (kernel === undefined) throw new Error("no such kernel");
  const operands = outputs.map(([dtype, shape]) =>
    dense(dtype, shape, new Array<number>(sizeOf(shape) + 8).fill(guard)),
  );
  kernel.run({ inputs, outputs: operands, attrs, scalars, saved: [] });
  return operands.map((operand) => {
    const data = [...backend.readSync!(operand.buffer)];
    const size = sizeOf(operand.shape);
    expect(data.slice(size)).toEqual(new Array<number>(8).fill(guard));
    return data.slice(0, size);
  });
}

/** Rounds as a store to the dtype does. */
export function stored(dtype: DType, list: readonly number[]): number[] {
  const host = typedArray(dtype, list.length);
  host.set(list);
  return [...host];
}

/** Asserts equality within `tolerance`, relative to the larger of the value and 1. NaN and infinities must match. */
export function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (let i = 0; i < actual.length; i++) {
    const a = actual[i];
    const e = expected[i];
    if (Object.is(a, e) || a === e || Math.abs(a - e) <= tolerance * Math.max(1, Math.abs(e))) continue;
    expect.fail(`element ${i}: got ${a}, expected ${e} within ${tolerance}`);
  }
}
