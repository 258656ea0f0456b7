import { cpu } from "@nn/backend-cpu";
import { describe, expect, it, vi } from "vitest";
import { getBackend, setBackend, tensor, withBackend } from "../index.js";

describe("backends", () => {
  it("default to the plain CPU, and can be swapped for a while", () => {
    const other = cpu();
    const before = getBackend();
    expect(withBackend(other, () => tensor([1])).backend).toBe(other);
    expect(getBackend()).toBe(before);
  });

  it("are restored when the function throws, and promises are refused", () => {
    const before = getBackend();
    expect(() =>
      withBackend(cpu(), () => {
        throw new Error("stop");
      }),
    ).toThrow("stop");
    expect(() => withBackend(cpu(), async () => 1)).toThrow(/returned a promise/);
    expect(getBackend()).toBe(before);
  });

  it("of another contract version are refused", () => {
    // @ts-expect-error: spec is 1.
    expect(() => setBackend({ ...cpu(), spec: 2 })).toThrow(/another version of the contract[^]*spec 1[^]*spec 2/);
  });
});

describe("two copies of the package", () => {
  it("share one runtime", async () => {
    vi.resetModules();
    const second = await import("../index.js");
    expect(second.getBackend()).toBe(getBackend());
    const x = tensor([1, 2]);
    expect(second.isTensor(x)).toBe(true);
    expect(await second.add(x, second.tensor([1, 1])).array()).toEqual([2, 3]);
    const { grads } = second.valueAndGrad(x, () => x.mul(x).sum());
    expect(await grads.get(x).array()).toEqual([2, 4]);
  });

  it("of incompatible versions say so", async () => {
    const slot = Symbol.for("nn.runtime");
    const global = globalThis as { [slot]?: string };
    const present = global[slot];
    global[slot] = "0";
    vi.resetModules();
    await expect(import("../index.js")).rejects.toThrow(/two incompatible copies[^]*version 0[^]*version 1/);
    global[slot] = present;
    vi.resetModules();
  });
});
