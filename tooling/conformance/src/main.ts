// headless-gl runs on the main thread of a process without another GPU driver: so gpu-headlessgl.test.ts starts this one.
import { gpu } from "@nn/backend-gpu";
import { microseconds, runGlChecks } from "./gl-checks.js";
import { gpuTolerances } from "./gpu-tolerances.js";
import { type Report, reportOn } from "./report.js";

/** What it prints, as JSON. */
export interface HeadlessReport extends Report {
  readonly checks: readonly string[];
  readonly microseconds: { readonly enqueued: number; readonly done: number };
}

const make = () => gpu({ prefer: "headlessgl" });
const checks = await runGlChecks(make);
const backend = await make();
const times = await microseconds(backend);
await backend.dispose();
const report = await reportOn(make, { trustOracle: true, tolerances: gpuTolerances });
const result: HeadlessReport = { ...report, checks, microseconds: times };
console.log(JSON.stringify(result));
