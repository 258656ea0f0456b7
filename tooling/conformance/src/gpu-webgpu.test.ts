import { gpu } from "@nn/backend-gpu";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";
import { gpuTolerances } from "./gpu-tolerances.js";
import { suites } from "./suites.js";
import { noWebGPU } from "./webgpu-device.js";

const webgpu = () => gpu({ prefer: "webgpu" });

if (noWebGPU !== undefined) {
  describe.skip(`backend "webgpu": ${noWebGPU}`, () => it("is not there", () => {}));
} else {
  await testBackend(webgpu, {
    suites,
    // cpu.test.ts checks the oracle itself.
    trustOracle: true,
    describe,
    // A software driver on a busy machine takes its time.
    it: (name, fn) => it(name, fn, 60_000),
    tolerances: gpuTolerances,
  });
}
