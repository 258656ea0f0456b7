/// <reference types="@webgpu/types" />
import type { DeviceBuffer } from "./buffers.js";
import type { Failures } from "./failures.js";
import { Staging } from "./staging.js";

/** Calls of one submit. More would keep the GPU waiting, fewer cost the caller time. */
const batchCalls = 128;
/** Bytes of uniforms of one batch. */
const ringBytes = 2 ** 18;

/** Records many calls into one submit: one encoder, one compute pass, one write of all uniforms. */
export class Queue {
  /** The uniforms of all calls of a batch, each at an offset of its own. */
  readonly uniforms: GPUBuffer;
  private readonly mirror = new ArrayBuffer(ringBytes);
  readonly u32 = new Uint32Array(this.mirror);
  readonly i32 = new Int32Array(this.mirror);
  readonly f32 = new Float32Array(this.mirror);
  /** The number of the batch that is recorded. */
  batch = 0;
  private readonly alignment: number;
  private readonly staging: Staging;
  private encoder: GPUCommandEncoder | undefined;
  private pass: GPUComputePassEncoder | undefined;
  private pipeline: GPUComputePipeline | undefined;
  private cursor = 0;
  private calls = 0;
  private lastKey = "";
  private flushScheduled = false;
  private readonly offsets = new Uint32Array(1);

  constructor(
    private readonly device: GPUDevice,
    private readonly failures: Failures,
  ) {
    const uniformAndCopyTarget = 0x40 | 0x08;
    this.uniforms = device.createBuffer({ size: ringBytes, usage: uniformAndCopyTarget });
    this.alignment = device.limits.minUniformBufferOffsetAlignment;
    this.staging = new Staging(device, failures);
  }

  /** Room for the uniforms of the next call; gives the word where they start. May submit what is there. */
  reserve(bytes: number): number {
    const room = Math.ceil(bytes / this.alignment) * this.alignment;
    if (this.calls >= batchCalls || this.cursor + room > ringBytes) this.flush();
    const word = this.cursor >> 2;
    this.cursor += room;
    return word;
  }

  /** Records a call whose uniforms were just written at `word`. */
  dispatch(
    key: string,
    pipeline: GPUComputePipeline,
    group: GPUBindGroup,
    word: number,
    buffers: readonly DeviceBuffer[],
    x: number,
    y: number,
    z: number,
  ): void {
    const pass = this.openPass();
    if (pipeline !== this.pipeline) {
      pass.setPipeline(pipeline);
      this.pipeline = pipeline;
    }
    this.offsets[0] = word * 4;
    pass.setBindGroup(0, group, this.offsets, 0, 1);
    pass.dispatchWorkgroups(x, y, z);
    for (let i = 0; i < buffers.length; i++) buffers[i].batch = this.batch;
    this.lastKey = key;
    this.calls++;
  }

  /** Writes now: after all calls that were made before. */
  write(target: DeviceBuffer, byteOffset: number, data: Float32Array): void {
    // What is written overtakes what is recorded.
    if (target.batch === this.batch) this.flush();
    this.device.queue.writeBuffer(target.buffer, byteOffset, data.buffer, data.byteOffset, data.byteLength);
  }

  /** Bytes as they are now. Reads that are asked for together travel together. */
  read(source: DeviceBuffer, byteOffset: number, bytes: number): Promise<Float32Array> {
    this.closePass();
    this.encoder ??= this.device.createCommandEncoder();
    const result = this.staging.copy(this.encoder, source.buffer, byteOffset, bytes);
    source.batch = this.batch;
    if (!this.flushScheduled) {
      this.flushScheduled = true;
      queueMicrotask(() => {
        this.flushScheduled = false;
        this.flush();
      });
    }
    return result;
  }

  /** Submits what is recorded. */
  flush(): void {
    const { encoder, device, lastKey, calls } = this;
    if (encoder === undefined) return;
    this.closePass();
    this.encoder = undefined;
    const problem = () => (calls === 0 ? "a copy failed" : `a kernel failed, one of ${calls} up to "${lastKey}"`);
    this.failures.watch("validation", problem, () => {
      if (this.cursor > 0) device.queue.writeBuffer(this.uniforms, 0, this.mirror, 0, this.cursor);
      device.queue.submit([encoder.finish()]);
    });
    this.batch++;
    this.cursor = 0;
    this.calls = 0;
    this.staging.submitted();
  }

  async done(): Promise<void> {
    this.flush();
    await this.device.queue.onSubmittedWorkDone();
  }

  dispose(): void {
    this.uniforms.destroy();
    this.staging.dispose();
  }

  private openPass(): GPUComputePassEncoder {
    if (this.pass !== undefined) return this.pass;
    this.encoder ??= this.device.createCommandEncoder();
    this.pass = this.encoder.beginComputePass();
    return this.pass;
  }

  private closePass(): void {
    this.pass?.end();
    this.pass = undefined;
    this.pipeline = undefined;
  }
}
