import { BackendError, type BufferHandle, bytesPerElement, type DType, type TypedArray } from "@nn/backend";
import { type Block, Blocks } from "./blocks.js";

/** A buffer in linear memory. */
export interface WasmBuffer extends BufferHandle {
  /** First byte; 0 once freed. */
  pointer: number;
  readonly dtype: DType;
  /** Elements asked for. */
  readonly length: number;
  readonly block: Block;
}

/** Static data of the module ends below this byte; a test holds the binary to that. */
export const heapBase = 128 * 1024;
const page = 65536;
/** 4 GiB, all that 32-bit addresses reach. */
const mostPages = 65536;
/** Kernels may read this far past the end of any buffer. */
const slack = 256;

/** Linear memory and its buffers. It grows by a quarter, or by what is needed, when no free block is large enough. */
export class Heap {
  readonly memory: WebAssembly.Memory;
  f32!: Float32Array;
  i32!: Int32Array;
  u8!: Uint8Array;
  private readonly blocks = new Blocks(heapBase);
  private highest = heapBase;
  private liveBytes = 0;
  private liveBuffers = 0;

  /** @param pages most pages of 64 KiB to grow to */
  constructor(
    readonly shared: boolean,
    private readonly pages = mostPages,
  ) {
    this.memory = new WebAssembly.Memory({ initial: Math.min(256, pages), maximum: mostPages, shared });
    this.refresh();
  }

  /** Makes the views anew after the memory has grown. */
  private refresh(): void {
    const { buffer } = this.memory;
    this.f32 = new Float32Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.u8 = new Uint8Array(buffer);
  }

  /** Memory for elements; their content is undefined. */
  allocate(dtype: DType, length: number): WasmBuffer {
    const bytes = length * bytesPerElement[dtype];
    let block = this.blocks.take(bytes, this.u8.length - slack);
    if (block === null) {
      this.grow(bytes);
      block = this.blocks.take(bytes, this.u8.length - slack)!;
    }
    if (this.blocks.top > this.highest) this.highest = this.blocks.top;
    this.liveBytes += bytes;
    this.liveBuffers++;
    return { pointer: block.pointer, dtype, length, block };
  }

  free(buffer: WasmBuffer): void {
    this.liveBytes -= buffer.length * bytesPerElement[buffer.dtype];
    this.liveBuffers--;
    buffer.pointer = 0;
    this.blocks.give(buffer.block);
  }

  /** Makes room above the top. Throws, with everything left as it was, where the memory cannot grow. */
  private grow(bytes: number): void {
    const capacity = this.u8.length / page;
    const least = Math.ceil((this.blocks.top + bytes + 64 + slack) / page) - capacity;
    const most = this.pages - capacity;
    for (const pages of [Math.min(Math.max(least, Math.ceil(capacity / 4)), most), least]) {
      if (pages < least || pages > most) continue;
      try {
        this.memory.grow(pages);
        this.refresh();
        return;
      } catch {
        // The engine may still have fewer pages.
      }
    }
    throw new BackendError({
      where: "wasm",
      problem: "out of memory; earlier tensors stay valid",
      rows: [
        ["asked", `${bytes} bytes`],
        ["live", `${this.liveBytes} bytes in ${this.liveBuffers} buffers`],
        ["pooled", `${this.info().pooledBytes} bytes`],
        ["limit", `${this.pages * page} bytes of WebAssembly memory`],
      ],
      fix: "use smaller batches, dispose tensors that are no longer needed, or compute inside scope(…)",
    });
  }

  /** Memory that was used once is not given back to the system: what is not in use of it is the pool. */
  info(): { liveBytes: number; liveBuffers: number; pooledBytes: number } {
    const { liveBytes, liveBuffers } = this;
    return { liveBytes, liveBuffers, pooledBytes: this.highest - heapBase - this.blocks.used };
  }

  /** A view of a buffer's elements. */
  view({ pointer, length, dtype }: WasmBuffer): TypedArray {
    if (dtype === "bool") return this.u8.subarray(pointer, pointer + length);
    const at = pointer / 4;
    return dtype === "i32" ? this.i32.subarray(at, at + length) : this.f32.subarray(at, at + length);
  }
}
