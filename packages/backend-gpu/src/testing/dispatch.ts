import {
  type Backend,
  type DType,
  denseStrides,
  type Kernel,
  type Operand,
  type Shape,
  sizeOf,
  type TypedArray,
} from "@nn/backend";

/** The least of a dispatcher: allocates outputs, runs kernels, and frees everything that was not kept. */
export class Dispatch {
  private readonly owned: Operand[] = [];

  constructor(private readonly backend: Backend) {}

  run<A>(
    kernel: Kernel<A>,
    inputs: readonly Operand[],
    shape: Shape,
    attrs: A,
    { dtype = "f32", scalars = [] }: { readonly dtype?: DType; readonly scalars?: readonly number[] } = {},
  ): Operand {
    const buffer = this.backend.alloc(dtype, sizeOf(shape));
    const output: Operand = { buffer, dtype, shape, strides: denseStrides(shape), offset: 0 };
    kernel.run({ inputs, outputs: [output], attrs, scalars, saved: [] });
    this.owned.push(output);
    return output;
  }

  /** Frees all results but these. */
  end(...keep: readonly Operand[]): void {
    for (const { buffer } of this.owned) {
      if (!keep.some((operand) => operand.buffer === buffer)) this.backend.free(buffer);
    }
    this.owned.length = 0;
  }
}

/** Brings host elements over. */
export function upload(backend: Backend, dtype: DType, shape: Shape, data: TypedArray): Operand {
  const buffer = backend.alloc(dtype, sizeOf(shape));
  backend.write(buffer, data);
  return { buffer, dtype, shape, strides: denseStrides(shape), offset: 0 };
}

/** A matrix seen the other way round: no element moves. */
export function transpose(x: Operand): Operand {
  return { ...x, shape: x.shape.toReversed(), strides: x.strides.toReversed() };
}

/** Repeats dimensions of size 1, and leading ones that are missing, by stride 0. */
export function expand(x: Operand, shape: Shape): Operand {
  const missing = shape.length - x.shape.length;
  const strides = shape.map((d, k) => (k < missing || x.shape[k - missing] !== d ? 0 : x.strides[k - missing]));
  return { ...x, shape, strides };
}

/** Rows `[from, from + count)` of a matrix, as an offset. */
export function rows(x: Operand, from: number, count: number): Operand {
  return { ...x, shape: [count, ...x.shape.slice(1)], offset: x.offset + from * x.strides[0] };
}
