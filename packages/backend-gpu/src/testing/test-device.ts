import type { GpuOptions } from "../gpu.js";
import { acquireDevice, type Device } from "../webgpu/device.js";

let why: string | undefined;
try {
  const { device } = await acquireDevice({});
  device.destroy();
} catch (error) {
  why = String(error);
  console.log(`Tests on a WebGPU device are skipped: ${why}`);
}

/** Why there is no WebGPU device on this machine; undefined where there is one. */
export const noDevice = why;

/** A device of the test's own. */
export function testDevice(options: GpuOptions = {}): Promise<Device> {
  return acquireDevice(options);
}
