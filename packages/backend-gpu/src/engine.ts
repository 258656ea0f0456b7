import type { BufferHandle, FusedKernels, Operand, RequiredKernels } from "@nn/backend";
import type { Box } from "./box.js";

/** What runs the kernels. */
export type EngineName = "webgpu" | "webgl2" | "headlessgl";

/**
 * A kernel as text of gpu.js, with the names of its arguments by type. Nothing in it depends on a shape: shapes,
 * strides and offsets are integers of the call.
 */
export interface Program {
  /** Inputs; read as `name[index]`. */
  readonly arrays: readonly string[];
  readonly integers: readonly string[];
  readonly floats?: readonly string[];
  /** Statements that return the element at `this.thread.x`. */
  readonly body: string;
}

/** One call of a program: computes elements `[0, length)` of the output. */
export interface Call {
  /** Identifies the text: op, kind, rank. */
  readonly key: string;
  /** Asked once for each key. */
  program(): Program;
  readonly inputs: readonly Operand[];
  readonly output: { readonly buffer: BufferHandle };
  readonly length: number;
  readonly integers: readonly number[];
  readonly floats?: readonly number[];
}

/** How a shader uses a buffer. A buffer that it reads and writes is bound once, as `read_write`. */
export type BindingAccess = "read" | "read_write";

/** A compute shader in WGSL. The engine declares `params` (a uniform struct) and the buffers, the body does the rest. */
export interface ShaderProgram {
  /** Members of the uniform struct `params`, in order. */
  readonly params: readonly (readonly [name: string, type: "u32" | "i32" | "f32"])[];
  /** Buffers, in order: `var<storage, access> name : array<f32>`. */
  readonly buffers: readonly (readonly [name: string, access: BindingAccess])[];
  /** Everything else: workgroup memory, functions, and the entry point `main` with `@compute @workgroup_size(…)`. */
  readonly body: string;
}

/** One dispatch of a shader. */
export interface ShaderCall {
  /** Identifies the text. */
  readonly key: string;
  /** Asked once for each key. */
  program(): ShaderProgram;
  /** One for each of the program's buffers. One that is written is bound once only. */
  readonly buffers: readonly BufferHandle[];
  /** One for each of the program's params. */
  readonly params: readonly number[];
  readonly workgroups: readonly [x: number, y: number, z: number];
}

/** What own WGSL needs to know of the device, and the way to run it. */
export interface Shaders {
  /** Workgroups along one dimension of a dispatch. */
  readonly maxWorkgroups: number;
  /** Threads of a workgroup. */
  readonly maxThreads: number;
  /** Bytes of workgroup memory. */
  readonly workgroupBytes: number;
  /** Storage buffers of one shader. */
  readonly maxBuffers: number;
  /** WGSL extensions that were enabled: `"subgroups"`, `"shader-f16"`. */
  readonly features: ReadonlySet<string>;
  run(call: ShaderCall): void;
}

/** Kernels that an engine has of its own. */
export type OwnKernels = Partial<RequiredKernels & FusedKernels>;

/** A device with a queue. Everything enqueues in order and returns at once, except what gives a promise. */
export interface Engine {
  readonly name: EngineName;
  /** The device as its driver names it. */
  readonly adapter: string;
  /** Most elements of one buffer. */
  readonly maxElements: number;
  /** Most inputs of one call. */
  readonly maxInputs: number;
  /** Whether NaN and infinities survive arithmetic and comparisons on this device; found out by trying. */
  readonly ieeeNaN: boolean;
  /** Own WGSL; absent where the engine has none. */
  readonly shaders?: Shaders;
  /** Kernels of its own: they go before those that all engines share. */
  readonly kernels?: OwnKernels;
  /** Takes storage for `length` elements; content undefined. */
  alloc(dtype: Box["dtype"], length: number): Box;
  /** Gives storage back; what was enqueued before still sees it. */
  free(box: Box): void;
  write(box: Box, data: Float32Array, offset: number): void;
  /** Elements `[start, end)` as they are at the call. */
  read(box: Box, start: number, end: number): Promise<Float32Array>;
  readSync?(box: Box, start: number, end: number): Float32Array;
  run(call: Call): void;
  /** Resolves when all is done; throws the first error of any call since the start. */
  synchronize(): Promise<void>;
  /** Bytes of storage that is kept for reuse. */
  pooledBytes(): number;
  dispose(): Promise<void>;
}
