import { cpu } from "@nn/backend-cpu";
import { tensorCases } from "@nn/tensor/cases";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";

await testBackend(cpu, { suites: [tensorCases], describe, it });
