import {
  type Backend,
  type DType,
  denseStrides,
  type Kernel,
  type Layout,
  type Operand,
  type Shape,
  sizeOf,
  type TypedArray,
  typedArray,
} from "@nn/backend";

/** An operand together with its host elements: what a reference loop needs. */
export interface Host extends Layout {
  readonly data: TypedArray;
}

/** Deterministic values in [low, high). */
export function random(seed = 1): (low: number, high: number) => number {
  let state = seed;
  return (low, high) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return low + (high - low) * ((state >>> 8) / 16777216);
  };
}

export function host(
  dtype: DType,
  shape: Shape,
  values: (i: number) => number,
  strides: readonly number[] = denseStrides(shape),
  offset = 0,
  length = sizeOf(shape),
): Host {
  const data = typedArray(dtype, length);
  for (let i = 0; i < length; i++) data[i] = values(i);
  return { dtype, shape, strides, offset, data };
}

/** All coordinates of a shape, row-major. */
export function* coordinatesOf(shape: Shape): Generator<number[]> {
  const at = shape.map(() => 0);
  for (let i = 0; i < sizeOf(shape); i++) {
    yield [...at];
    for (let k = shape.length - 1; k >= 0 && ++at[k] === shape[k]; k--) at[k] = 0;
  }
}

/** The element of a host operand at some coordinates. */
export function elementAt({ data, strides, offset }: Host, at: readonly number[]): number {
  return data[at.reduce((sum, c, k) => sum + c * strides[k], offset)];
}

/** The reference: one value for each output coordinate. */
export function expected(shape: Shape, value: (at: number[]) => number): number[] {
  return Array.from(coordinatesOf(shape), value);
}

/** Runs one kernel as a dispatcher would and gives all buffers back. */
export async function call<A>(
  backend: Backend,
  kernel: Kernel<A>,
  inputs: readonly Host[],
  output: { readonly dtype: DType; readonly shape: Shape },
  attrs: A,
  scalars: readonly number[] = [],
): Promise<number[]> {
  const operands: Operand[] = inputs.map(({ data, ...layout }) => {
    const buffer = backend.alloc(layout.dtype, data.length);
    backend.write(buffer, data);
    return { ...layout, buffer };
  });
  const buffer = backend.alloc(output.dtype, sizeOf(output.shape));
  const out: Operand = { ...output, strides: denseStrides(output.shape), offset: 0, buffer };
  kernel.run({ inputs: operands, outputs: [out], attrs, scalars, saved: [] });
  const result = await backend.read(buffer);
  for (const operand of [...operands, out]) backend.free(operand.buffer);
  return Array.from(result);
}
