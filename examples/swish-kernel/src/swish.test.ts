import { extend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { gpu } from "@nn/backend-gpu";
import { wasm } from "@nn/backend-wasm";
import { type ConformanceReport, testBackend, testLayer } from "@nn/testing";
import { afterAll, describe, expect, it } from "vitest";
import { cpuSwish, gpuSwish, Swish } from "./index.js";
import { cases } from "./swish.cases.js";

const runner = { suites: [cases], describe, it };

// Without a kernel the composed form runs, on any backend.
await testBackend(wasm, runner);

const host = cpu();
const onHost = await testBackend(extend(host, { "acme.swish": cpuSwish(host) }), runner);
describe("the kernel for the CPU", () => it("runs", () => ranKernel(onHost)));

const device = await gpu().catch(String);
if (typeof device === "string") {
  describe.skip("the kernel for the GPU", () => it(`has no GPU here: ${device}`, () => {}));
} else {
  const onGpu = await testBackend(extend(device, { "acme.swish": gpuSwish(device) }), runner);
  describe(`the kernel for the GPU, on ${device.capabilities.adapter}`, () => it("runs", () => ranKernel(onGpu)));
  afterAll(async () => {
    await device.synchronize();
    await device.dispose();
  });
}

testLayer(() => new Swish({ beta: 1.5 }), {
  input: { shape: [2, 3] },
  wrongInput: { shape: [2, 3], dtype: "i32" },
  describe,
  it,
});

it("the kernel for the CPU refuses a backend that cannot read at once", () => {
  const { readSync: _, ...asynchronous } = cpu();
  expect(() => cpuSwish(asynchronous)).toThrow("cannot read at once");
});

/** The report lists, by op, the kernels that were compared with composed forms. */
function ranKernel({ fused }: ConformanceReport): void {
  expect(fused.get("acme.swish")).toContain("acme.swish");
}
