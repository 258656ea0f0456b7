import { BackendError, type BufferHandle, type DType } from "@nn/backend";

/**
 * A handle of this backend. What it stands for is the engine's: a device buffer, a texture that a kernel call sets.
 * Every dtype lives in f32, whatever the engine.
 */
export class Box implements BufferHandle {
  declare readonly __bufferHandle?: never;
  freed = false;

  constructor(
    readonly dtype: DType,
    readonly length: number,
  ) {}
}

/** The live box behind an opaque handle. */
export function boxOf(handle: BufferHandle): Box {
  if (handle instanceof Box && !handle.freed) return handle;
  throw new BackendError({
    where: "gpu",
    problem: handle instanceof Box ? "a buffer was used after it was freed" : "the buffer belongs to another backend",
    fix: "keep the tensor alive until its last use, and move tensors with moveTo(…)",
  });
}
