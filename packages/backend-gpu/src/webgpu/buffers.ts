/// <reference types="@webgpu/types" />
import { BackendError } from "@nn/backend";
import type { Failures } from "./failures.js";
import { FreeBuffers } from "./free-buffers.js";
import type { Queue } from "./queue.js";

// GPUBufferUsage, whose numbers the standard fixes: the global does not exist in Node.
const copySource = 0x04;
const copyTarget = 0x08;
const storage = 0x80;

/** A buffer of the device, as large as its size class. */
export class DeviceBuffer {
  /** The batch that used it last. */
  batch = -1;

  constructor(
    readonly id: number,
    readonly buffer: GPUBuffer,
    readonly size: number,
  ) {}
}

/** Freed bytes that are kept in any case; beyond it as many as are in use. */
const keptBytes = 2 ** 28;

/**
 * Buffers by size class. What is freed can be taken at once: the queue runs in order. Destroying instead would give the
 * memory back only when the GPU has caught up.
 */
export class BufferPool {
  private readonly free = new Map<number, FreeBuffers<DeviceBuffer>>();
  private readonly all = new Set<DeviceBuffer>();
  private created = 0;
  private usedBytes = 0;
  pooledBytes = 0;
  private readonly largest: number;

  constructor(
    private readonly device: GPUDevice,
    private readonly queue: Queue,
    private readonly failures: Failures,
  ) {
    this.largest = Math.min(device.limits.maxBufferSize, device.limits.maxStorageBufferBindingSize);
  }

  take(bytes: number): DeviceBuffer {
    if (bytes > this.largest) throw tooLarge(bytes, this.largest);
    const size = Math.min(sizeClass(bytes), this.largest);
    this.usedBytes += size;
    const found = this.free.get(size)?.take();
    if (found === undefined) return this.create(size);
    this.pooledBytes -= size;
    return found;
  }

  give(buffer: DeviceBuffer): void {
    const { size } = buffer;
    this.usedBytes -= size;
    this.pooledBytes += size;
    let list = this.free.get(size);
    if (list === undefined) this.free.set(size, (list = new FreeBuffers()));
    list.add(buffer);
    if (this.pooledBytes > Math.max(keptBytes, this.usedBytes)) this.trim();
  }

  dispose(): void {
    for (const { buffer } of this.all) buffer.destroy();
    this.all.clear();
    this.free.clear();
    this.pooledBytes = 0;
    this.usedBytes = 0;
  }

  private create(size: number): DeviceBuffer {
    const problem = () => `out of memory: a buffer of ${size} bytes, with ${this.usedBytes - size} in use`;
    const make = () => this.device.createBuffer({ size, usage: storage | copySource | copyTarget });
    const buffer = new DeviceBuffer(this.created++, this.failures.watch("out-of-memory", problem, make), size);
    this.all.add(buffer);
    return buffer;
  }

  /** Destroys the largest ones until half of what may be kept is left. */
  private trim(): void {
    const goal = Math.max(keptBytes, this.usedBytes) / 2;
    // A batch that is not submitted must not lose its buffers.
    this.queue.flush();
    for (const size of [...this.free.keys()].sort((a, b) => b - a)) {
      const list = this.free.get(size)!;
      while (list.length > 0 && this.pooledBytes > goal) {
        const victim = list.drop()!;
        victim.buffer.destroy();
        this.all.delete(victim);
        this.pooledBytes -= size;
      }
    }
  }
}

function tooLarge(bytes: number, largest: number): BackendError {
  return new BackendError({
    where: "webgpu",
    problem: `a buffer of ${bytes} bytes is too large for the device`,
    rows: [["limit", `${largest} bytes at most`]],
    fix: "work in smaller parts, see capabilities.maxElements",
  });
}

/** Powers of two up to 64 kB, then four steps to each of them. */
export function sizeClass(bytes: number): number {
  const power = 2 ** Math.ceil(Math.log2(Math.max(bytes, 256)));
  if (power <= 2 ** 16) return power;
  const step = power / 8;
  return Math.ceil(bytes / step) * step;
}
