import { gpu } from "@nn/backend-gpu";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";
import { gpuTolerances } from "./gpu-tolerances.js";
import { suites } from "./suites.js";

const webgpu = () => gpu({ prefer: "webgpu" });

// cpu.test.ts checks the oracle itself.
await testBackend(webgpu, { suites, trustOracle: true, describe, it, tolerances: gpuTolerances });
