import type { Backend, DType, Kernel, Operand, Shape } from "@nn/backend";
import { denseStrides, philoxBits, sizeOf, typedArray } from "@nn/backend";
import { expect } from "vitest";
import { wasm } from "./wasm.js";

/** One backend for all tests: what a test leaves in its pool must not matter to the next. */
export const backend: Backend = await wasm();

let stream = 0;
let drawnIn: string | undefined;

/** Repeatable values: multiples of 1/64 in [-2, 2) for floats, so that ties happen; integers and masks otherwise. */
export function values(dtype: DType, length: number): number[] {
  // Each test draws from the start, so that its values do not depend on which tests ran before it.
  const { currentTestName } = expect.getState();
  if (currentTestName !== drawnIn) stream = 0;
  drawnIn = currentTestName;
  const bits = philoxBits([7, 7], (stream += 2 ** 20), length);
  return Array.from(bits, (word) =>
    dtype === "bool" ? word & 1 : dtype === "i32" ? (word & 63) - 32 : ((word & 255) - 128) / 64,
  );
}

/** An operand over a buffer of these elements; dense unless strides are given. */
export function operand(
  dtype: DType,
  shape: Shape,
  data: readonly number[] = values(dtype, sizeOf(shape)),
  strides: readonly number[] = denseStrides(shape),
  offset = 0,
): Operand {
  const buffer = backend.alloc(dtype, Math.max(1, data.length));
  const host = typedArray(dtype, data.length);
  host.set(data);
  backend.write(buffer, host);
  return { buffer, dtype, shape, strides, offset };
}

/** How an operand can lie in memory. */
export const layouts = [
  "dense",
  "transposed",
  "flipped",
  "stepped",
  "sliced",
  "repeated row",
  "repeated column",
] as const;
export type Lay = (typeof layouts)[number];

/** A matrix of random elements in one of these layouts, and its elements row by row. */
export function matrix(lay: Lay, dtype: DType, [m, n]: readonly [number, number]): { x: Operand; list: number[] } {
  const [strides, offset] = place(lay, m, n);
  const data = values(dtype, 2 * m * n + m + 3);
  const list = Array.from(
    { length: m * n },
    (_, i) => data[offset + Math.floor(i / n) * strides[0] + (i % n) * strides[1]],
  );
  return { x: operand(dtype, [m, n], data, strides, offset), list };
}

function place(lay: Lay, m: number, n: number): readonly [strides: [number, number], offset: number] {
  switch (lay) {
    case "dense":
      return [[n, 1], 0];
    case "transposed":
      return [[1, m], 0];
    case "flipped":
      return [[-n, -1], m * n - 1];
    case "stepped":
      return [[2 * n, 2], 1];
    case "sliced":
      return [[n + 1, 1], 3];
    case "repeated row":
      return [[0, 1], 1];
    case "repeated column":
      return [[1, 0], 1];
  }
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
  const operands = outputs.map(([dtype, shape]) =>
    operand(dtype, shape, new Array<number>(sizeOf(shape) + 8).fill(guard)),
  );
  kernel!.run({ inputs, outputs: operands, attrs, scalars, saved: [] });
  const results = operands.map(({ buffer, shape }) => {
    const data = [...backend.readSync!(buffer)];
    expect(data.splice(sizeOf(shape))).toEqual(new Array<number>(8).fill(guard));
    return data;
  });
  for (const { buffer } of [...inputs, ...operands]) backend.free(buffer);
  return results;
}

/** Asserts a largest error, relative to the expected value (or to `scale` where that is larger). NaN and infinities must match. */
export function expectClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance: number,
  scale = 1e-37,
): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((a, i) => {
    const e = expected[i];
    const close = Object.is(a, e) || a === e || Math.abs(a - e) <= tolerance * Math.max(scale, Math.abs(e));
    if (!close) expect.fail(`element ${i}: got ${a}, expected ${e} within ${tolerance}`);
  });
}
