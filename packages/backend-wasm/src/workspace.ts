import type { Context } from "./context.js";

/** Gives a pointer to `bytes` of memory, as an export counted them, to `use`, for the time of the call. */
export function withWorkspace({ heap }: Context, bytes: number, use: (pointer: number) => void): void {
  // The module counts in unsigned numbers, which arrive signed.
  const buffer = heap.allocate("f32", Math.ceil((bytes >>> 0) / 4));
  try {
    use(buffer.pointer);
  } finally {
    heap.free(buffer);
  }
}
