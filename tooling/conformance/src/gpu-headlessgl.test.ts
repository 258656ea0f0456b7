import { describe, expect, it } from "vitest";
import { noHeadlessGL, onHeadlessGL } from "./gpu-headlessgl-process.js";

describe.skipIf(noHeadlessGL !== undefined)('backend "headlessgl"', { timeout: 900_000 }, () => {
  it("keeps the contract, in a process of its own", async () => {
    const report = await onHeadlessGL("conformance");
    const { capabilities, passed, failures, seconds } = report;
    const { enqueued, done } = report.microseconds;
    console.log(
      `${capabilities?.adapter}: ${passed} passed, ${failures.length} failed, ${seconds.toFixed(0)} s; ` +
        `an op ${enqueued.toFixed(1)} µs to enqueue, ${done.toFixed(1)} µs in all`,
    );
    expect(report.checks).toEqual([]);
    expect(failures).toEqual([]);
    expect(passed).toBeGreaterThan(5000);
    expect(capabilities?.adapter).toMatch("headlessgl");
    expect(capabilities?.readSync).toBe(true);
  });
});
