import { BackendError, type BufferHandle, bytesPerElement, type DType, type TypedArray } from "@nn/backend";

/** A block of linear memory behind a handle. */
export interface WasmBuffer extends BufferHandle {
  /** First byte; 0 once freed. */
  pointer: number;
  readonly dtype: DType;
  /** Elements asked for. */
  readonly length: number;
  /** Bytes of the block. */
  readonly size: number;
}

/** Static data of the module ends below this byte; build-wasm.mjs and a test hold it to that. */
const heapBase = 64 * 1024;
const page = 65536;
const mostPages = 65536;
/** Kernels may read this far past the end of any buffer. */
const slack = 256;

/**
 * Linear memory with a pool: blocks of a size class are reused first; the memory grows by a quarter when none is free.
 * Classes are multiples of an eighth of a power of two, so at most an eighth of a block is waste.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  f32!: Float32Array;
  i32!: Int32Array;
  u8!: Uint8Array;
  private readonly shelves = new Map<number, number[]>();
  private top = heapBase;
  private live = 0;
  private liveBuffers = 0;
  private pooled = 0;

  constructor(readonly shared: boolean) {
    this.memory = new WebAssembly.Memory({ initial: 256, maximum: mostPages, shared });
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
    const { pointer, size } = this.take(bytes);
    this.live += bytes;
    this.liveBuffers++;
    return { pointer, dtype, length, size };
  }

  free(buffer: WasmBuffer): void {
    this.live -= buffer.length * bytesPerElement[buffer.dtype];
    this.liveBuffers--;
    this.give(buffer.pointer, buffer.size);
    buffer.pointer = 0;
  }

  /** Takes a block, 64-byte aligned. */
  private take(bytes: number): { pointer: number; size: number } {
    const size = classOf(bytes);
    const reusable = this.shelves.get(size);
    let pointer = reusable?.pop();
    if (pointer !== undefined) this.pooled -= size;
    else pointer = this.extend(size);
    return { pointer, size };
  }

  private give(pointer: number, size: number): void {
    this.pooled += size;
    const list = this.shelves.get(size);
    if (list === undefined) this.shelves.set(size, [pointer]);
    else list.push(pointer);
  }

  private extend(size: number): number {
    const pointer = this.top;
    const end = pointer + size;
    const capacity = this.memory.buffer.byteLength;
    if (end + slack > capacity) this.grow(end + slack, size);
    this.top = end;
    return pointer;
  }

  private grow(needed: number, size: number): void {
    const capacity = this.memory.buffer.byteLength;
    const least = Math.ceil((needed - capacity) / page);
    const comfortable = Math.max(least, Math.ceil(capacity / 4 / page));
    const most = mostPages - capacity / page;
    for (const pages of [Math.min(comfortable, most), least]) {
      if (pages < least || pages > most) continue;
      try {
        this.memory.grow(pages);
        this.refresh();
        return;
      } catch {
        // Less may still go.
      }
    }
    throw new BackendError({
      where: "wasm",
      problem: "out of memory; nothing was lost, earlier tensors stay valid",
      rows: [
        ["asked", `${size} bytes`],
        ["live", `${this.live} bytes in ${this.liveBuffers} buffers`],
        ["pooled", `${this.pooled} bytes`],
        ["limit", "4 GiB of WebAssembly memory"],
      ],
      fix: "use smaller batches, dispose tensors that are not needed, or compute inside scope(…)",
    });
  }

  info() {
    return { liveBytes: this.live, liveBuffers: this.liveBuffers, pooledBytes: this.pooled };
  }

  /** A view of a buffer's elements. */
  view(buffer: WasmBuffer): TypedArray {
    const { pointer, length, dtype } = buffer;
    if (dtype === "bool") return this.u8.subarray(pointer, pointer + length);
    const at = pointer >>> 2;
    return dtype === "i32" ? this.i32.subarray(at, at + length) : this.f32.subarray(at, at + length);
  }
}

function classOf(bytes: number): number {
  if (bytes <= 512) return Math.max(64, Math.ceil(bytes / 64) * 64);
  const step = 2 ** (Math.ceil(Math.log2(bytes)) - 4);
  return Math.ceil(bytes / Math.max(step, 64)) * Math.max(step, 64);
}
