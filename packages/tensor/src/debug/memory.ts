import type { Backend, MemoryInfo } from "@nn/backend";
import { getBackend } from "../core/runtime.js";

/**
 * Bytes and buffers that a backend holds, by default the current one.
 *
 * @example
 * ```ts
 * import { memory, zeros } from "@nn/tensor";
 *
 * const before = memory().liveBytes;
 * const x = zeros([256]);
 * memory().liveBytes - before >= 1024; // => true
 * ```
 */
export function memory(backend: Backend = getBackend()): MemoryInfo {
  return backend.memory();
}
