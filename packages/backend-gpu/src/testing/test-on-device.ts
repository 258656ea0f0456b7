import type { Backend } from "@nn/backend";
import { afterAll, beforeAll, describe } from "vitest";
import { backendOver } from "../backend-over.js";
import { WebGPUEngine } from "../webgpu/webgpu-engine.js";
import { noDevice, testDevice } from "./test-device.js";

/** Tests of kernels on a WebGPU device, where there is one; `backend` is there when they run. */
export function describeOnDevice(name: string, tests: (backend: () => Backend) => void): void {
  describe.skipIf(noDevice !== undefined)(name, { timeout: 60_000 }, () => {
    let engine: WebGPUEngine;
    let backend: Backend;
    beforeAll(async () => {
      engine = new WebGPUEngine(await testDevice());
      backend = backendOver(engine);
    });
    afterAll(() => engine.dispose());
    tests(() => backend);
  });
}
