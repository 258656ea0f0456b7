/// <reference types="@webgpu/types" />
import type { DeviceBuffer } from "./buffers.js";
import type { Failures } from "./failures.js";
import type { Pipeline } from "./pipelines.js";

/** Groups of one generation. */
const capacity = 4096;

/**
 * Bind groups by pipeline and buffers. Two generations: what is used moves to the young one, and when that is full, the
 * old one is dropped. So what was used lately stays, and buffers that are gone leave.
 */
export class BindGroups {
  private young = new Map<string, GPUBindGroup>();
  private old = new Map<string, GPUBindGroup>();

  constructor(
    private readonly device: GPUDevice,
    private readonly uniforms: GPUBuffer,
    private readonly failures: Failures,
  ) {}

  get(pipeline: Pipeline, buffers: readonly DeviceBuffer[]): GPUBindGroup {
    let key = `${pipeline.id}`;
    for (let i = 0; i < buffers.length; i++) key += `,${buffers[i].id}`;
    const known = this.young.get(key);
    if (known !== undefined) return known;
    const group = this.old.get(key) ?? this.create(pipeline, buffers);
    if (this.young.size >= capacity) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, group);
    return group;
  }

  private create({ key, layout, bytes }: Pipeline, buffers: readonly DeviceBuffer[]): GPUBindGroup {
    const entries: GPUBindGroupEntry[] = [{ binding: 0, resource: { buffer: this.uniforms, size: bytes } }];
    buffers.forEach(({ buffer }, i) => entries.push({ binding: i + 1, resource: { buffer } }));
    return this.failures.watch(
      "validation",
      () => `kernel "${key}" cannot bind its buffers`,
      () => this.device.createBindGroup({ label: key, layout, entries }),
    );
  }
}
