import type { Backend, BufferHandle, KernelTable, Range, TypedArray } from "@nn/backend";
import { fromBase64 } from "./base64.js";
import { plainBinary } from "./binary.generated.js";
import { type Context, useAfterFree } from "./context.js";
import type { WasmExports } from "./exports.js";
import { Heap, type WasmBuffer } from "./heap.js";
import { kernels } from "./kernels/table.js";
import { Walk } from "./walk.js";

/**
 * The fast CPU backend for Node and browsers: WebAssembly SIMD kernels for f32, i32 and bool; no native add-on, nothing
 * to fetch. Each call makes a backend with a memory of its own, up to 4 GiB; where that is used up, `alloc` throws a
 * BackendError and what is there stays valid.
 *
 * @example
 * ```ts
 * import { wasm } from "@nn/backend-wasm";
 * import { setBackend, tensor } from "@nn/tensor";
 *
 * setBackend(await wasm());
 * await tensor([1, 2]).exp().sum().item(); // => 10.107337951660156
 * ```
 */
export async function wasm(): Promise<Backend> {
  const heap = new Heap(false);
  const module = await WebAssembly.compile(fromBase64(plainBinary));
  const instance = await WebAssembly.instantiate(module, { env: { memory: heap.memory } });
  const exports = instance.exports as unknown as WasmExports;
  return backendOver({ heap, exports, walk: new Walk(heap, exports.descriptorAddress()) });
}

function backendOver(context: Context): Backend {
  const { heap } = context;
  const table: KernelTable = kernels(context);
  const read = (handle: BufferHandle, range?: Range): TypedArray => {
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
      threads: 1,
      adapter: "WebAssembly SIMD",
    },
    kernels: table,
    alloc: (dtype, length) => heap.allocate(dtype, length),
    free: (handle) => heap.free(live(handle)),
    write: (handle, data, offset = 0) => heap.view(live(handle)).set(data, offset),
    read: async (handle, range) => read(handle, range),
    readSync: read,
    synchronize: async () => {},
    memory: () => heap.info(),
    dispose: async () => {},
  };
}

function live(handle: BufferHandle): WasmBuffer {
  const buffer = handle as WasmBuffer;
  if (buffer.pointer === 0) throw useAfterFree();
  return buffer;
}
