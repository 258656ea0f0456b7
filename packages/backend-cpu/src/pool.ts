import type { DType, MemoryInfo, TypedArray } from "@nn/backend";
import { BackendError, bytesPerElement, typedArray } from "@nn/backend";
import { CpuBuffer } from "./buffer.js";

/** Free arrays of one dtype and size class. */
interface Shelf {
  readonly arrays: TypedArray[];
  /** When it was last used, in pool ticks. */
  tick: number;
}

/**
 * Elements to really allocate for a request: exact up to 64, else rounded up to one of eight steps per power of two,
 * so that sizes that vary a little share arrays and at most 12.5 % is wasted.
 */
export function sizeClass(length: number): number {
  if (length <= 64) return length;
  const step = 2 ** (28 - Math.clz32(length - 1));
  return Math.ceil(length / step) * step;
}

/** Hands out buffers and keeps freed arrays for reuse, up to a limit of bytes. */
export class BufferPool {
  private readonly shelves: Record<DType, Map<number, Shelf>> = {
    f32: new Map(),
    f64: new Map(),
    i32: new Map(),
    bool: new Map(),
  };
  private liveBytes = 0;
  private liveBuffers = 0;
  private pooledBytes = 0;
  private tick = 0;

  constructor(private readonly limit: number) {}

  alloc(dtype: DType, length: number): CpuBuffer {
    const size = sizeClass(length);
    const shelf = this.shelves[dtype].get(size);
    let data: TypedArray | undefined;
    if (shelf !== undefined && shelf.arrays.length > 0) {
      data = shelf.arrays.pop();
      shelf.tick = ++this.tick;
      this.pooledBytes -= size * bytesPerElement[dtype];
    }
    const buffer = new CpuBuffer(data ?? this.make(dtype, length, size), dtype, length, this);
    this.liveBytes += length * bytesPerElement[dtype];
    this.liveBuffers++;
    return buffer;
  }

  free(buffer: CpuBuffer): void {
    const { data, dtype, length } = buffer;
    if (data === null || buffer.owner !== this) {
      throw new BackendError({
        where: "cpu.free",
        problem: data === null ? "a buffer was freed twice" : "the buffer belongs to another backend",
        fix: "free each buffer once, on the backend that allocated it",
      });
    }
    buffer.data = null;
    this.liveBytes -= length * bytesPerElement[dtype];
    this.liveBuffers--;
    let shelf = this.shelves[dtype].get(data.length);
    if (shelf === undefined) this.shelves[dtype].set(data.length, (shelf = { arrays: [], tick: 0 }));
    shelf.arrays.push(data);
    shelf.tick = ++this.tick;
    this.pooledBytes += data.byteLength;
    if (this.pooledBytes > this.limit) this.trim(this.limit);
  }

  memory(): MemoryInfo {
    return { liveBytes: this.liveBytes, liveBuffers: this.liveBuffers, pooledBytes: this.pooledBytes };
  }

  /** Drops free arrays, those of the size unused for longest first, until at most `limit` bytes are kept. */
  trim(limit: number): void {
    while (this.pooledBytes > limit) {
      let oldest: Shelf | undefined;
      for (const shelves of Object.values(this.shelves)) {
        for (const shelf of shelves.values()) {
          if (shelf.arrays.length > 0 && (oldest === undefined || shelf.tick < oldest.tick)) oldest = shelf;
        }
      }
      if (oldest === undefined) return;
      while (this.pooledBytes > limit && oldest.arrays.length > 0) this.pooledBytes -= oldest.arrays.pop()!.byteLength;
    }
  }

  private make(dtype: DType, length: number, size: number): TypedArray {
    try {
      return typedArray(dtype, size);
    } catch {
      // The engine is out of memory, or the size is beyond it: what the pool holds may be enough.
      this.trim(0);
      try {
        return typedArray(dtype, size);
      } catch (cause) {
        throw new BackendError({
          where: "cpu.alloc",
          problem: `no memory for ${length} elements of ${dtype}`,
          rows: [
            ["asked", `${length * bytesPerElement[dtype]} bytes`],
            ["live", `${this.liveBytes} bytes in ${this.liveBuffers} buffers`],
            ["pooled", `${this.pooledBytes} bytes`],
          ],
          fix: "use smaller batches, or dispose tensors that are no longer needed",
          cause,
        });
      }
    }
  }
}
