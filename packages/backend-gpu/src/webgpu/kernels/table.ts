import type { Engine, OwnKernels, Shaders } from "../../engine.js";
import type { Device } from "./launch.js";
import { linear } from "./linear.js";
import { matmul } from "./matmul.js";

/** What the texts of this folder take for granted, and what every WebGPU device has by default. */
const least = { maxThreads: 256, maxBuffers: 8, workgroupBytes: 2 ** 14 };

/** The kernels in WGSL; none on a device that was made with less than the usual limits. */
export function shaderKernels(engine: Engine, shaders: Shaders): OwnKernels {
  const { maxThreads, maxBuffers, workgroupBytes } = shaders;
  if (maxThreads < least.maxThreads || maxBuffers < least.maxBuffers || workgroupBytes < least.workgroupBytes)
    return {};
  const device: Device = { engine, shaders };
  return {
    linear: linear(device),
    matmul: matmul(device),
  };
}
