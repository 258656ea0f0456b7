import type { Backend } from "@nn/backend";
import { openBackend } from "./open-backend.js";
import { notStarted, threadCount } from "./threads/thread-count.js";

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
    const url = typeof workerUrl === "object" ? workerUrl.href : workerUrl;
    return (await openBackend(wanted, url)).backend;
  } catch (error) {
    if (wanted === 1) throw error;
    if (threads !== "auto") throw notStarted(wanted, error);
    return (await openBackend(1, undefined)).backend;
  }
}
