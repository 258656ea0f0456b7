import type { Backend, BufferHandle, KernelTable, Range, TypedArray } from "@nn/backend";
import { type Context, useAfterFree } from "./context.js";
import type { WasmExports } from "./exports.js";
import { Heap, type WasmBuffer } from "./heap.js";
import { kernels } from "./kernels/table.js";
import { compile } from "./module.js";
import { Pool } from "./threads/pool.js";
import { notStarted, threadCount } from "./threads/thread-count.js";
import { Walk } from "./walk.js";

/** Of `wasm`. */
export interface WasmOptions {
  /**
   * Threads that kernels use, the calling one included. `"auto"` (the default): as many as the machine has cores where
   * memory can be shared (Node; pages that are cross-origin isolated), else 1. Results are the same for any number.
   */
  readonly threads?: number | "auto";
  /**
   * Where `@nn/backend-wasm/worker` is served, for pages whose content security policy forbids workers from `blob:`.
   * Not used in Node.
   */
  readonly workerUrl?: string | { readonly href: string };
}

/**
 * The fast CPU backend for Node and browsers: WebAssembly SIMD kernels for f32, i32 and bool, on all cores; no native
 * add-on, nothing to fetch. Each call makes a backend with a memory of its own, up to 4 GiB; where that is used up,
 * `alloc` throws a BackendError and what is there stays valid. `capabilities.threads` says how many threads run.
 *
 * @throws DataError where `threads` is no number of threads
 * @throws UnsupportedError where more threads than one are asked for and cannot be had
 *
 * @example
 * ```ts
 * import { wasm } from "@nn/backend-wasm";
 * import { setBackend, tensor } from "@nn/tensor";
 *
 * setBackend(await wasm());
 * await tensor([1, 2]).exp().sum().item(); // => 10.107337951660156
 * ```
 *
 * @example
 * ```ts
 * import { wasm } from "@nn/backend-wasm";
 *
 * const backend = await wasm({ threads: 2 });
 * backend.capabilities.threads; // => 2
 * await backend.dispose();
 * ```
 */
export async function wasm({ threads = "auto", workerUrl }: WasmOptions = {}): Promise<Backend> {
  const wanted = threadCount(threads);
  try {
    return await start(wanted, typeof workerUrl === "object" ? workerUrl.href : workerUrl);
  } catch (error) {
    if (wanted === 1) throw error;
    if (threads !== "auto") throw notStarted(wanted, error);
    return start(1, undefined);
  }
}

async function start(threads: number, workerUrl: string | undefined): Promise<Backend> {
  const heap = new Heap(threads > 1);
  const { memory } = heap;
  const pool = new Pool();
  const module = await compile(threads > 1);
  const instance = await WebAssembly.instantiate(module, { env: { memory, ...pool.imports } });
  const exports = instance.exports as unknown as WasmExports;
  if (threads > 1) await pool.start(threads - 1, { module, memory, exports, workerUrl });
  const backend = backendOver({ heap, exports, walk: new Walk(heap, exports.descriptorAddress()) }, pool);
  // Sleeping workers would keep the memory of a backend that nobody holds any more.
  forgotten.register(backend, pool);
  return backend;
}

const forgotten = new FinalizationRegistry<Pool>((pool) => void pool.end());

function backendOver(context: Context, pool: Pool): Backend {
  const { heap } = context;
  const table: KernelTable = kernels(context);
  const read = (handle: BufferHandle, range?: Range): TypedArray => {
    pool.check();
    const view = heap.view(live(handle));
    return range === undefined ? view.slice() : view.slice(range.start, range.end);
  };
  return {
    spec: 1,
    name: "wasm",
    capabilities: {
      dtypes: ["f32", "i32", "bool"],
      readSync: true,
      maxElements: 2 ** 30 - 1,
      maxInputs: 2 ** 20,
      exactIntegers: 2 ** 31 - 1,
      ieeeNaN: true,
      threads: pool.threads,
      adapter: "WebAssembly SIMD",
    },
    kernels: table,
    alloc: (dtype, length) => heap.allocate(dtype, length),
    free: (handle) => heap.free(live(handle)),
    write: (handle, data, offset = 0) => heap.view(live(handle)).set(data, offset),
    read: async (handle, range) => read(handle, range),
    readSync: read,
    synchronize: async () => pool.check(),
    memory: () => heap.info(),
    dispose: () => pool.end(),
  };
}

function live(handle: BufferHandle): WasmBuffer {
  const buffer = handle as WasmBuffer;
  if (buffer.pointer === 0) throw useAfterFree();
  return buffer;
}
