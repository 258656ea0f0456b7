import { describe, expect, it } from "vitest";
import type { Backend, Kernel } from "./index.js";
import { extend, rootBackend } from "./index.js";

/** A backend whose private state lives in a class, as an outsider may write it. */
class Counting implements Pick<Backend, "alloc" | "memory"> {
  #live = 0;
  alloc() {
    this.#live++;
    return {};
  }
  memory() {
    return { liveBytes: this.#live, liveBuffers: this.#live, pooledBytes: 0 };
  }
}

const noop: Kernel = { run() {} };

describe("extend", () => {
  it("adds kernels and shares everything else with the original", () => {
    const original = Object.assign(new Counting(), { kernels: {} }) as unknown as Backend;
    const extended = extend(original, { "acme.noop": noop });
    extended.alloc("f32", 1);
    original.alloc("f32", 1);
    expect(extended.kernels["acme.noop"]).toBe(noop);
    expect(extended.memory().liveBuffers).toBe(2);
    expect(rootBackend(extend(extended, { "acme.other": noop }))).toBe(original);
  });

  it("keeps readSync absent where the device cannot", () => {
    const original = Object.assign(new Counting(), { kernels: {} }) as unknown as Backend;
    expect("readSync" in extend(original, {})).toBe(false);
  });

  it("refuses names that belong to the project", () => {
    const original = Object.assign(new Counting(), { kernels: {} }) as unknown as Backend;
    // @ts-expect-error: names without a dot are no keys of the parameter's type either.
    expect(() => extend(original, { matmul: noop })).toThrow(/kernel name "matmul" has no dot/);
  });
});
