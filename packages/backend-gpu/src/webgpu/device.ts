/// <reference types="@webgpu/types" />
import { BackendError } from "@nn/backend";
import type { GpuOptions } from "../gpu.js";

/** A device and what is known of it. */
export interface Device {
  readonly device: GPUDevice;
  /** As its driver names it. */
  readonly adapter: string;
  /** Whether it is ours to destroy. */
  readonly owned: boolean;
}

/** What the engine can make use of: the adapter's own limits are asked for. */
const limits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
] as const;
const features: readonly GPUFeatureName[] = ["shader-f16", "subgroups", "timestamp-query"];

/** Takes the device that was given, or asks for one. */
export async function acquireDevice({ device, powerPreference }: GpuOptions): Promise<Device> {
  if (device !== undefined) {
    const given = device as GPUDevice;
    return { device: given, adapter: nameOf(given.adapterInfo), owned: false };
  }
  const adapter = await (await entry()).requestAdapter({ powerPreference: powerPreference ?? "high-performance" });
  if (adapter === null) throw noAdapter();
  const requiredLimits: Record<string, number> = {};
  for (const name of limits) requiredLimits[name] = adapter.limits[name];
  const requiredFeatures = features.filter((name) => adapter.features.has(name));
  try {
    const owned = await adapter.requestDevice({ requiredLimits, requiredFeatures });
    return { device: owned, adapter: nameOf(adapter.info), owned: true };
  } catch (cause) {
    throw new BackendError({
      where: "webgpu",
      problem: `the adapter ${nameOf(adapter.info)} gives no device`,
      rows: [["reason", String(cause)]],
      fix: "close other programs that use the GPU, or use another backend",
      cause,
    });
  }
}

/** `navigator.gpu`, or that of npm's `webgpu` in Node. */
async function entry(): Promise<GPU> {
  const own = (globalThis as { navigator?: { readonly gpu?: GPU } }).navigator?.gpu;
  if (own !== undefined) return own;
  if (!inNode()) {
    throw new BackendError({
      where: "webgpu",
      problem: "this browser has no WebGPU",
      rows: [["navigator.gpu", "undefined"]],
      fix: 'use a browser that has it, over https or localhost; or gpu({ prefer: "webgl2" })',
    });
  }
  nodeEntry ??= await loadNodeEntry();
  return nodeEntry;
}

/** One for the process: Dawn keeps a GPU object's devices alive with it. */
let nodeEntry: GPU | undefined;

async function loadNodeEntry(): Promise<GPU> {
  // Nothing that a bundler for browsers can fold to a literal, or it would look for it.
  const name = ["web", "gpu"].join("");
  try {
    const { create } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as {
      create(flags: string[]): GPU;
    };
    return create([]);
  } catch (cause) {
    const missing = (cause as { code?: string }).code === "ERR_MODULE_NOT_FOUND";
    throw new BackendError({
      where: "webgpu",
      problem: missing
        ? 'Node needs the package "webgpu", which is not installed'
        : 'the package "webgpu" does not load on this machine',
      rows: [["reason", String(cause)]],
      fix: "npm install webgpu (0.6.2 or newer), or use another backend",
      cause,
    });
  }
}

function noAdapter(): BackendError {
  return new BackendError({
    where: "webgpu",
    problem: "no GPU adapter was found",
    fix: inNode()
      ? "install a Vulkan driver (on Debian: mesa-vulkan-drivers, or your vendor's), or name one in VK_ICD_FILENAMES"
      : "turn on hardware acceleration in the browser's settings, update the driver, or use another backend",
  });
}

function inNode(): boolean {
  const { process } = globalThis as { process?: { readonly versions?: { readonly node?: string } } };
  return process?.versions?.node !== undefined;
}

function nameOf(info: GPUAdapterInfo | undefined): string {
  const parts = [info?.vendor, info?.architecture, info?.device, info?.description].filter(Boolean);
  return parts.length > 0 ? parts.join(" ") : "unnamed adapter";
}
