import { BackendError } from "@nn/backend";
import type { Engine } from "../engine.js";
import type { GpuOptions } from "../gpu.js";

/** Asks for an adapter and a device and makes the engine over them. */
export async function openWebGPU(_options: GpuOptions): Promise<Engine> {
  throw new BackendError({ where: "webgpu", problem: "the engine is not there yet", fix: "wait" });
}
