import { fusedCpu } from "@nn/backend-cpu/fused";
import { tensorCases } from "@nn/tensor/cases";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";

await testBackend(fusedCpu, { suites: [tensorCases], describe, it });
