import type { Backend, BufferHandle, KernelTable, Range, TypedArray } from "@nn/backend";
import { type Context, useAfterFree } from "./context.js";
import type { WasmExports } from "./exports.js";
import { Heap, type WasmBuffer } from "./heap.js";
import { kernels } from "./kernels/table.js";
import { compile } from "./module.js";
import { Programs } from "./programs.js";
import { Pool } from "./threads/pool.js";
import { Walk } from "./walk.js";

/** A backend and what it is made of. */
export interface OpenBackend {
  readonly backend: Backend;
  readonly context: Context;
}

/** Makes a memory, the module over it and the workers. */
export async function openBackend(
  threads: number,
  workerUrl: string | undefined,
  pool: Pool = new Pool(),
): Promise<OpenBackend> {
  const heap = new Heap(threads > 1);
  const { memory } = heap;
  const module = await compile(threads > 1);
  const programs = new Programs();
  const env = { memory, ...pool.imports, ...programs.imports };
  const instance = await WebAssembly.instantiate(module, { env });
  const exports = instance.exports as unknown as WasmExports;
  if (threads > 1) await pool.start(threads - 1, { module, memory, exports, workerUrl });
  const context = { heap, exports, walk: new Walk(heap, exports.descriptorAddress()), programs };
  const backend = backendOver(context, pool);
  // Sleeping workers would keep the memory of a backend that nobody holds any more.
  forgotten.register(backend, pool);
  return { backend, context };
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
