import { wasm } from "@nn/backend-wasm";
import { testBackend } from "@nn/testing";
import { describe, it } from "vitest";
import { suites } from "./suites.js";

await testBackend(wasm, {
  suites,
  // cpu.test.ts checks the oracle itself.
  trustOracle: true,
  describe,
  it,
  tolerances: {
    // Sums of hundreds of products that nearly cancel, in f32.
    'conv2d, "many places, filters and window elements"': 3e-5,
  },
});
