import { DataError, UnsupportedError } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { notStarted, threadCount } from "./thread-count.js";

const page = { SharedArrayBuffer, Worker: class {}, crossOriginIsolated: true, navigator: { hardwareConcurrency: 6 } };

describe("threadCount", () => {
  it("is what was asked for, or the number of cores", () => {
    expect(threadCount(3)).toBe(3);
    expect(threadCount("auto")).toBeGreaterThanOrEqual(1);
    expect(threadCount("auto", page)).toBe(6);
    expect(threadCount(8, page)).toBe(8);
  });

  it("is at most what the module has room for", () => {
    expect(threadCount("auto", { ...page, navigator: { hardwareConcurrency: 256 } })).toBe(64);
  });

  it("is one by itself where memory cannot be shared, and an error only on demand", () => {
    const plain = { ...page, crossOriginIsolated: false };
    expect(threadCount("auto", plain)).toBe(1);
    expect(threadCount(1, plain)).toBe(1);
    expect(() => threadCount(2, plain)).toThrow(UnsupportedError);
    expect(() => threadCount(2, plain)).toThrow(
      /not cross-origin isolated[^]*Cross-Origin-Embedder-Policy: require-corp/,
    );
    expect(() => threadCount(2, { ...page, SharedArrayBuffer: undefined })).toThrow(/Cross-Origin-Opener-Policy/);
    expect(() => threadCount(2, { ...page, Worker: undefined })).toThrow(/cannot start workers/);
  });

  it.each([0, -1, 1.5, 65, Number.NaN])("refuses %s", (threads) => {
    expect(() => threadCount(threads)).toThrow(DataError);
  });

  it("says what to do where workers do not start", () => {
    const error = notStarted(4, new Error("Refused to create a worker"));
    expect(error.message).toMatch(/4 threads could not be started[^]*Refused to create a worker[^]*workerUrl/);
  });
});
