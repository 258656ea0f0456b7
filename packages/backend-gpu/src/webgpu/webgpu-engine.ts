/// <reference types="@webgpu/types" />
import { BackendError, type BufferHandle, type DType } from "@nn/backend";
import { Box, boxOf } from "../box.js";
import type { Call, Engine, OwnKernels, ShaderCall, Shaders } from "../engine.js";
import { BindGroups } from "./bind-groups.js";
import { BufferPool, type DeviceBuffer } from "./buffers.js";
import type { Device } from "./device.js";
import { Failures } from "./failures.js";
import { shaderKernels } from "./kernels/table.js";
import { type Pipeline, Pipelines } from "./pipelines.js";
import { Queue } from "./queue.js";
import { lengthWord, widthWord, workgroupSize } from "./translate.js";

/** A handle and its buffer on the device. */
class DeviceBox extends Box {
  constructor(
    dtype: DType,
    length: number,
    readonly storage: DeviceBuffer,
  ) {
    super(dtype, length);
  }
}

/**
 * WebGPU: gpu.js translates kernel texts, everything else is done here. All calls are synchronous, only reading waits.
 */
export class WebGPUEngine implements Engine {
  readonly name = "webgpu";
  readonly adapter: string;
  readonly maxElements: number;
  readonly maxInputs: number;
  readonly shaders: Shaders;
  readonly kernels: OwnKernels;
  /** Set by who opens the engine, when it has been tried. */
  ieeeNaN = false;
  private readonly device: GPUDevice;
  private readonly failures: Failures;
  private readonly queue: Queue;
  private readonly pool: BufferPool;
  private readonly pipelines: Pipelines;
  private readonly groups: BindGroups;
  private readonly maxWorkgroups: number;
  // The buffers of the call that is being recorded: no array for each.
  private readonly bound: DeviceBuffer[] = [];

  constructor(private readonly source: Device) {
    const { device } = source;
    const { limits } = device;
    this.device = device;
    this.adapter = source.adapter;
    // Positions are i32 in the shaders.
    const bytes = Math.min(limits.maxStorageBufferBindingSize, limits.maxBufferSize);
    this.maxElements = Math.min(Math.floor(bytes / 4), 2 ** 31 - 1);
    // One is for the output; beyond some number a text gets long and a call slow.
    this.maxInputs = Math.min(limits.maxStorageBuffersPerShaderStage - 1, 31);
    this.maxWorkgroups = limits.maxComputeWorkgroupsPerDimension;
    this.failures = new Failures(device);
    this.queue = new Queue(device, this.failures);
    this.pool = new BufferPool(device, this.queue, this.failures);
    this.pipelines = new Pipelines(device, this.failures);
    this.groups = new BindGroups(device, this.queue.uniforms, this.failures);
    this.shaders = {
      maxWorkgroups: this.maxWorkgroups,
      maxThreads: limits.maxComputeInvocationsPerWorkgroup,
      workgroupBytes: limits.maxComputeWorkgroupStorageSize,
      maxBuffers: limits.maxStorageBuffersPerShaderStage,
      features: device.features,
      run: (call) => this.runShader(call),
    };
    this.kernels = shaderKernels(this, this.shaders);
  }

  alloc(dtype: DType, length: number): Box {
    this.failures.checkDevice();
    return new DeviceBox(dtype, length, this.pool.take(length * 4));
  }

  free(box: Box): void {
    this.pool.give((box as DeviceBox).storage);
  }

  write(box: Box, data: Float32Array, offset: number): void {
    this.failures.checkDevice();
    if (data.length > 0) this.queue.write((box as DeviceBox).storage, offset * 4, data);
  }

  async read(box: Box, start: number, end: number): Promise<Float32Array> {
    this.failures.checkDevice();
    if (end <= start) return new Float32Array(0);
    return this.queue.read((box as DeviceBox).storage, start * 4, (end - start) * 4);
  }

  run(call: Call): void {
    this.failures.checkDevice();
    const { key, inputs, length, integers, floats } = call;
    const pipeline = this.pipelines.translated(key, () => call.program());
    const { bound } = this;
    bound.length = 0;
    for (let i = 0; i < inputs.length; i++) bound.push(storageOf(inputs[i].buffer));
    bound.push(storageOf(call.output.buffer));
    // Beyond the limit of one dimension the rows of workgroups are stacked.
    const groups = Math.ceil(length / workgroupSize);
    const rows = Math.ceil(groups / this.maxWorkgroups);
    const columns = Math.ceil(groups / rows);
    const group = this.groups.get(pipeline, bound);
    const { queue } = this;
    const word = queue.reserve(pipeline.bytes);
    const { u32, i32, f32 } = queue;
    u32[word + lengthWord] = length;
    u32[word + widthWord] = columns * workgroupSize;
    let at = word + pipeline.firstScalar;
    for (let i = 0; i < integers.length; i++) i32[at++] = integers[i];
    if (floats !== undefined) for (let i = 0; i < floats.length; i++) f32[at++] = floats[i];
    queue.dispatch(key, pipeline.pipeline, group, word, bound, columns, rows, 1);
  }

  async synchronize(): Promise<void> {
    this.failures.checkDevice();
    try {
      await this.queue.done();
    } catch (error) {
      throw await this.failures.explain(error);
    }
    await this.failures.settle();
  }

  pooledBytes(): number {
    return this.pool.pooledBytes;
  }

  async dispose(): Promise<void> {
    this.failures.dispose();
    this.pool.dispose();
    this.queue.dispose();
    if (this.source.owned) this.device.destroy();
  }

  private runShader(call: ShaderCall): void {
    this.failures.checkDevice();
    const { key, buffers, params, workgroups } = call;
    const pipeline = this.pipelines.shader(key, () => call.program());
    const { access } = pipeline;
    const { bound } = this;
    bound.length = 0;
    for (let i = 0; i < buffers.length; i++) {
      const storage = storageOf(buffers[i]);
      const other = bound.indexOf(storage);
      if (other >= 0 && (access[other] !== "read" || access[i] !== "read")) throw boundTwice(key);
      bound.push(storage);
    }
    const group = this.groups.get(pipeline, bound);
    const word = this.queue.reserve(pipeline.bytes);
    this.writeParams(pipeline, params, word);
    const [x, y, z] = workgroups;
    this.queue.dispatch(key, pipeline.pipeline, group, word, bound, x, y, z);
  }

  private writeParams({ params: types }: Pipeline, params: readonly number[], word: number): void {
    const { u32, i32, f32 } = this.queue;
    for (let i = 0; i < types.length; i++) {
      const target = types[i] === "f32" ? f32 : types[i] === "i32" ? i32 : u32;
      target[word + i] = params[i];
    }
  }
}

function boundTwice(key: string): BackendError {
  return new BackendError({
    where: "webgpu",
    problem: `kernel "${key}" binds a buffer twice`,
    fix: "bind it once, as read_write if it is written",
  });
}

function storageOf(handle: BufferHandle): DeviceBuffer {
  return (boxOf(handle) as DeviceBox).storage;
}
