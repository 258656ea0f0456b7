import { type Backend, type BufferHandle, denseStrides, type Kernel, type Operand, sizeOf } from "@nn/backend";
import { fusedCpu } from "@nn/backend-cpu/fused";
import { expect } from "vitest";
import type { Host } from "./harness.js";

type Layout = Pick<Host, "dtype" | "shape">;

/** One kernel call with several outputs. */
export interface KernelCall<A> {
  readonly inputs: readonly Host[];
  readonly outputs: readonly Layout[];
  readonly attrs: A;
  readonly scalars?: readonly number[];
}

/** Runs a kernel as a dispatcher would; gives the outputs' elements and all buffers back. */
export async function callAll<A>(
  backend: Backend,
  kernel: Kernel<A>,
  { inputs, outputs, attrs, scalars = [] }: KernelCall<A>,
): Promise<number[][]> {
  const buffers: BufferHandle[] = [];
  const alloc = (dtype: Layout["dtype"], length: number) => {
    const buffer = backend.alloc(dtype, length);
    buffers.push(buffer);
    return buffer;
  };
  const operands = inputs.map(({ data, ...layout }): Operand => {
    const buffer = alloc(layout.dtype, data.length);
    backend.write(buffer, data);
    return { ...layout, buffer };
  });
  const results = outputs.map(({ dtype, shape }): Operand => {
    const buffer = alloc(dtype, sizeOf(shape));
    return { dtype, shape, strides: denseStrides(shape), offset: 0, buffer };
  });
  kernel.run({ inputs: operands, outputs: results, attrs, scalars, saved: [] });
  const values = await Promise.all(results.map(async ({ buffer }) => [...(await backend.read(buffer))]));
  for (const buffer of buffers) backend.free(buffer);
  return values;
}

/** Expects numbers that are close, next to the largest of them. */
export function expectClose(actual: readonly number[], wanted: readonly number[], tolerance = 1e-5): void {
  expect(actual.length).toBe(wanted.length);
  let scale = 1;
  for (const value of wanted) scale = Math.max(scale, Math.abs(value));
  const far = actual.findIndex(
    (value, i) => !(Math.abs(value - wanted[i]) <= tolerance * scale) && value !== wanted[i],
  );
  expect(far < 0 ? "close" : `${actual[far]} instead of ${wanted[far]} at ${far}`).toBe("close");
}

/** Expects of a kernel what the CPU backend's kernel of that name gives. */
export async function expectSameAsCpu<A>(
  backend: Backend,
  kernelOf: (backend: Backend) => Kernel<A> | undefined,
  call: KernelCall<A>,
  tolerance?: number,
): Promise<void> {
  const oracle = fusedCpu();
  const [actual, wanted] = [
    await callAll(backend, kernelOf(backend)!, call),
    await callAll(oracle, kernelOf(oracle)!, call),
  ];
  actual.forEach((values, i) => expectClose(values, wanted[i], tolerance));
}
