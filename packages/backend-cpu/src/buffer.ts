import type { BufferHandle, DType, Operand, TypedArray } from "@nn/backend";
import { BackendError } from "@nn/backend";

/** A buffer of the CPU backend: a host array, which may be longer than asked. */
export class CpuBuffer implements BufferHandle {
  declare readonly __bufferHandle?: never;

  constructor(
    /** The elements; `null` once freed. */
    public data: TypedArray | null,
    readonly dtype: DType,
    /** Elements asked for. */
    readonly length: number,
    /** The pool it came from. */
    readonly owner: object,
  ) {}
}

/** The elements of a live buffer. */
export function dataOf(handle: BufferHandle): TypedArray {
  const data = (handle as CpuBuffer).data;
  if (data === null) throw useAfterFree();
  return data;
}

/** The elements that an operand points into. Its offset and strides still apply. */
export function arrayOf(operand: Operand): TypedArray {
  const data = (operand.buffer as CpuBuffer).data;
  if (data === null) throw useAfterFree();
  return data;
}

// Apart from its callers, so that they stay small enough to be inlined.
function useAfterFree(): BackendError {
  return new BackendError({
    where: "cpu",
    problem: "a buffer was used after it was freed",
    fix: "keep the tensor alive until its last use",
  });
}
