import type { Backend, BufferHandle, DType } from "@nn/backend";
import { bytesPerElement } from "@nn/backend";

/** A reference-counted buffer. Handles, views and the tape each count as one reference. */
export class Storage {
  refs = 1;
  constructor(
    readonly backend: Backend,
    readonly handle: BufferHandle,
    readonly dtype: DType,
    /** Elements; 0 for an empty tensor, which has no buffer behind its handle. */
    readonly length: number,
  ) {}

  get bytes(): number {
    return this.length * bytesPerElement[this.dtype];
  }

  retain(): this {
    this.refs++;
    return this;
  }

  release(): void {
    if (--this.refs === 0 && this.length > 0) this.backend.free(this.handle);
  }
}

/** A fresh buffer for `length` elements. */
export function allocate(backend: Backend, dtype: DType, length: number): Storage {
  return new Storage(backend, length === 0 ? {} : backend.alloc(dtype, length), dtype, length);
}
