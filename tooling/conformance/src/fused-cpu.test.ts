import { fusedCpu } from "@nn/backend-cpu/fused";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";
import { suites } from "./suites.js";

// cpu.test.ts checks the oracle itself.
await testBackend(fusedCpu, { suites, trustOracle: true, describe, it });
