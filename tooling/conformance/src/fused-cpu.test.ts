import { fusedCpu } from "@nn/backend-cpu/fused";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";
import { suites } from "./suites.js";

await testBackend(fusedCpu, { suites, describe, it });
