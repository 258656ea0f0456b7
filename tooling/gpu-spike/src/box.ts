import { BackendError, type BufferHandle, type DType } from "@nn/backend";

/**
 * A handle of this backend. The engine makes the storage of every result itself, so a handle starts empty and a kernel
 * call sets its content; the same indirection lets a texture or a device buffer take the place of the array.
 */
export class Box implements BufferHandle {
  declare readonly __bufferHandle?: never;
  /** Every dtype lives in f32: the engine's storage holds nothing else. */
  content: Float32Array | undefined;
  freed = false;

  constructor(
    readonly dtype: DType,
    readonly length: number,
  ) {}
}

/** The box behind an opaque handle. */
export function boxOf(handle: BufferHandle): Box {
  if (handle instanceof Box && !handle.freed) return handle;
  throw new BackendError({
    where: "gpu-spike",
    problem: handle instanceof Box ? "the buffer was freed" : "the buffer belongs to another backend",
    fix: "use live handles that this backend allocated",
  });
}

/** What a kernel reads. A box that nothing filled has undefined content, so zeros are as good as anything. */
export function contentOf(box: Box): Float32Array {
  box.content ??= new Float32Array(box.length);
  return box.content;
}
