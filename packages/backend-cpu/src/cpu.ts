import type { Backend, BufferHandle, DType, FusedKernels, Range, TypedArray } from "@nn/backend";
import type { CpuBuffer } from "./buffer.js";
import { dataOf } from "./buffer.js";
import { requiredKernels } from "./kernels/required.js";
import { BufferPool } from "./pool.js";

/** How the CPU backend is made. */
export interface CpuOptions {
  /** Fused kernels beside the required ones: `fusedKernels` of `@nn/backend-cpu/fused`, or some of them. */
  readonly kernels?: Partial<FusedKernels>;
  /** Most bytes of freed buffers to keep for reuse. Default: 512 MB. */
  readonly poolBytes?: number;
}

/**
 * The CPU backend in plain TypeScript: `f32`, `f64`, `i32` and `bool`, everywhere, at once, without a device or a
 * module to load. Arithmetic is done in f64 and rounded at the store, which makes it the oracle of other backends.
 *
 * Alone it has the required kernels; `fusedCpu()` of `@nn/backend-cpu/fused` adds fast convolution, pooling and more.
 *
 * @example
 * ```ts
 * import { cpu } from "@nn/backend-cpu";
 *
 * const backend = cpu();
 * backend.capabilities.dtypes; // => ["f32", "f64", "i32", "bool"]
 * ```
 */
export function cpu(options: CpuOptions = {}): Backend {
  const pool = new BufferPool(options.poolBytes ?? 512e6);
  // Methods close over the pool: `extend` makes objects that only inherit them.
  return {
    spec: 1,
    name: "cpu",
    capabilities: {
      dtypes: ["f32", "f64", "i32", "bool"],
      readSync: true,
      maxElements: 2 ** 31 - 1,
      maxInputs: 2 ** 31 - 1,
      exactIntegers: 2 ** 31 - 1,
      ieeeNaN: true,
      threads: 1,
      adapter: "JavaScript",
    },
    kernels: { ...requiredKernels, ...options.kernels },
    alloc: (dtype: DType, length: number) => pool.alloc(dtype, length),
    free: (handle: BufferHandle) => pool.free(handle as CpuBuffer),
    write(handle: BufferHandle, data: TypedArray, offset = 0) {
      dataOf(handle).set(data, offset);
    },
    read: async (handle: BufferHandle, range?: Range) => copyOut(handle, range),
    readSync: copyOut,
    synchronize: async () => {},
    memory: () => pool.memory(),
    dispose: async () => pool.trim(0),
  };
}

function copyOut(handle: BufferHandle, range?: Range): TypedArray {
  return dataOf(handle).slice(range?.start ?? 0, range?.end ?? (handle as CpuBuffer).length);
}
