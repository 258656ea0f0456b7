import type { Engine } from "../engine.js";
import type { GpuOptions } from "../gpu.js";
import { followsIEEE } from "../probe.js";
import { acquireDevice } from "./device.js";
import { WebGPUEngine } from "./webgpu-engine.js";

/** Asks for an adapter and a device, makes the engine over them and tries how it computes. */
export async function openWebGPU(options: GpuOptions): Promise<Engine> {
  const engine = new WebGPUEngine(await acquireDevice(options));
  engine.ieeeNaN = await followsIEEE(engine);
  return engine;
}
