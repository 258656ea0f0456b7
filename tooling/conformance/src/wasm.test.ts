import { wasm } from "@nn/backend-wasm";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";
import { suites } from "./suites.js";
import { wasmTolerances } from "./wasm-tolerances.js";

// cpu.test.ts checks the oracle itself.
await testBackend(wasm, { suites, trustOracle: true, describe, it, tolerances: wasmTolerances });
