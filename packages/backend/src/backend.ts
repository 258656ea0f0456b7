import type { DType, TypedArray } from "./dtype.js";
import type { FusedKernels, Kernel, RequiredKernels } from "./kernels.js";

/** The version of this contract. A backend states it, a runtime checks it. */
export const contractVersion = 1;

/** An opaque, mutable box from the backend's pool. It may stay empty until a kernel fills it. */
export interface BufferHandle {
  /** Never present: keeps a handle from being mistaken for another object. */
  readonly __bufferHandle?: never;
}

/** Elements `[start, end)` of a buffer. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What a backend can do. Nothing falls back silently: what is not listed here throws an UnsupportedError. */
export interface Capabilities {
  /** Dtypes it can allocate. `f32`, `i32` and `bool` are required. */
  readonly dtypes: readonly DType[];
  /** Whether `readSync` exists. */
  readonly readSync: boolean;
  /** Most elements of one buffer. */
  readonly maxElements: number;
  /** Most inputs of one kernel call, at least 3; the dispatcher splits longer lists (`concat`, optimizer steps). Outputs and saved buffers do not count. */
  readonly maxInputs: number;
  /** Integers up to this one are exact: 2**31 - 1, or 2**24 where i32 lives in f32. `write` refuses larger ones with an UnsupportedError; computed ones are unspecified. */
  readonly exactIntegers: number;
  /** Whether NaN and infinities follow IEEE 754 in every kernel. */
  readonly ieeeNaN: boolean;
  /** Threads that kernels use, the caller's included. */
  readonly threads: number;
  /** The device as its driver names it, or the engine. */
  readonly adapter: string;
}

/** Bytes held by a backend. `live` is allocated and not freed, `pooled` is freed and kept for reuse. */
export interface MemoryInfo {
  readonly liveBytes: number;
  readonly liveBuffers: number;
  readonly pooledBytes: number;
}

/** Every kernel a backend has: the required families, some fused ones, and third-party ones (`"acme.swish"`). */
export type KernelTable = RequiredKernels &
  Partial<FusedKernels> & { readonly [dotted: `${string}.${string}`]: Kernel | undefined };

/**
 * A place where tensors live and kernels run. Small at the base, open at the top: it works once the required kernels
 * pass `testBackend` of `@nn/testing`, and gets faster with every fused kernel it adds.
 *
 * Backends never compute shapes, never validate and never see a gradient. Errors of compilation and of the device may
 * come late: they are sticky and surface at the next `read` or `synchronize` as a BackendError that names the kernel.
 */
export interface Backend {
  /** Contract version. */
  readonly spec: 1;
  /** Short name for messages: `"cpu"`, `"wasm"`. */
  readonly name: string;
  readonly capabilities: Capabilities;
  readonly kernels: KernelTable;
  /** Takes a buffer from the pool. Its content is undefined. `length` is at least 1. */
  alloc(dtype: DType, length: number): BufferHandle;
  /** Gives a buffer back; ordered after every earlier `run`. */
  free(handle: BufferHandle): void;
  /** Copies host elements into the buffer, from element `offset` on (default 0); ordered after every earlier `run`. */
  write(handle: BufferHandle, data: TypedArray, offset?: number): void;
  /** Copies elements to the host as they are at the call: after every earlier `run`, whatever is run, written or freed later. Without a range: the whole buffer as allocated. */
  read(handle: BufferHandle, range?: Range): Promise<TypedArray>;
  /** `read` without waiting; absent where the device cannot. */
  readSync?(handle: BufferHandle, range?: Range): TypedArray;
  /** Resolves when everything enqueued is done. */
  synchronize(): Promise<void>;
  memory(): MemoryInfo;
  /** Gives the device, the workers and the memory back. Handles are dead afterwards. */
  dispose(): Promise<void>;
}
