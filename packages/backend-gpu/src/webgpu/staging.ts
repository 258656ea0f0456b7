/// <reference types="@webgpu/types" />
import type { Failures } from "./failures.js";

/** What small reads share. */
const pageBytes = 2 ** 16;
/** Pages kept for the next reads. */
const keptPages = 8;

interface Wait {
  readonly offset: number;
  readonly bytes: number;
  readonly resolve: (data: Float32Array) => void;
  readonly reject: (error: unknown) => void;
}

interface Page {
  readonly buffer: GPUBuffer;
  readonly size: number;
  used: number;
  readonly waits: Wait[];
}

/** The way to the host: results are copied into pages that can be mapped, many to a page. */
export class Staging {
  private open: Page[] = [];
  private readonly free: Page[] = [];

  constructor(
    private readonly device: GPUDevice,
    private readonly failures: Failures,
  ) {}

  /** Records a copy. The data comes some time after `submitted`. */
  copy(encoder: GPUCommandEncoder, source: GPUBuffer, byteOffset: number, bytes: number): Promise<Float32Array> {
    const page = this.pageFor(bytes);
    const offset = page.used;
    // Mapped ranges start at multiples of eight.
    page.used += Math.ceil(bytes / 8) * 8;
    encoder.copyBufferToBuffer(source, byteOffset, page.buffer, offset, bytes);
    return new Promise((resolve, reject) => page.waits.push({ offset, bytes, resolve, reject }));
  }

  /** The copies recorded so far are on their way. */
  submitted(): void {
    const pages = this.open;
    if (pages.length === 0) return;
    this.open = [];
    for (const page of pages) void this.deliver(page);
  }

  dispose(): void {
    for (const { buffer } of [...this.open, ...this.free]) buffer.destroy();
    this.free.length = 0;
  }

  private async deliver(page: Page): Promise<void> {
    const waits = page.waits.splice(0);
    try {
      const read = 1;
      await page.buffer.mapAsync(read);
      await this.failures.settle();
      for (const { offset, bytes, resolve } of waits) {
        resolve(new Float32Array(page.buffer.getMappedRange(offset, bytes).slice(0)));
      }
      page.buffer.unmap();
      page.used = 0;
      if (page.size === pageBytes && this.free.length < keptPages) this.free.push(page);
      else page.buffer.destroy();
    } catch (error) {
      const reason = await this.failures.explain(error);
      for (const { reject } of waits) reject(reason);
      page.buffer.destroy();
    }
  }

  private pageFor(bytes: number): Page {
    const last = this.open.at(-1);
    if (last !== undefined && last.used + bytes <= last.size) return last;
    const size = Math.max(pageBytes, Math.ceil(bytes / 8) * 8);
    const page = size === pageBytes ? (this.free.pop() ?? this.create(size)) : this.create(size);
    this.open.push(page);
    return page;
  }

  private create(size: number): Page {
    const mapReadAndCopyTarget = 0x01 | 0x08;
    const buffer = this.failures.watch(
      "out-of-memory",
      () => `out of memory: reading ${size} bytes`,
      () => this.device.createBuffer({ size, usage: mapReadAndCopyTarget }),
    );
    return { buffer, size, used: 0, waits: [] };
  }
}
