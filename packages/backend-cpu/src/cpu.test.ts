import { BackendError, extend } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { cpu } from "./index.js";
import { sizeClass } from "./pool.js";

describe("cpu", () => {
  it("writes and reads ranges, as copies", async () => {
    const backend = cpu();
    const buffer = backend.alloc("f32", 5);
    backend.write(buffer, new Float32Array([1, 2, 3, 4, 5]));
    backend.write(buffer, new Float32Array([8, 9]), 3);
    const all = backend.readSync!(buffer);
    expect(all).toEqual(new Float32Array([1, 2, 3, 8, 9]));
    all[0] = 99;
    expect(await backend.read(buffer, { start: 0, end: 2 })).toEqual(new Float32Array([1, 2]));
  });

  it("reads as much as was asked for, though arrays of the pool are longer", () => {
    const backend = cpu();
    expect(backend.readSync!(backend.alloc("i32", 1001)).length).toBe(1001);
  });

  it("accounts for every byte", async () => {
    const backend = cpu();
    const a = backend.alloc("f32", 1000);
    const b = backend.alloc("bool", 10);
    expect(backend.memory()).toEqual({ liveBytes: 4010, liveBuffers: 2, pooledBytes: 0 });
    backend.free(a);
    expect(backend.memory()).toEqual({ liveBytes: 10, liveBuffers: 1, pooledBytes: sizeClass(1000) * 4 });
    backend.alloc("f32", 1010);
    expect(backend.memory()).toEqual({ liveBytes: 4050, liveBuffers: 2, pooledBytes: 0 });
    backend.free(b);
    await backend.dispose();
    expect(backend.memory().pooledBytes).toBe(0);
  });

  it("keeps the pool within its limit, dropping what was unused for longest", () => {
    const backend = cpu({ poolBytes: 1000 });
    const sizes = [50, 60, 40, 64];
    const buffers = sizes.map((size) => backend.alloc("f64", size));
    for (const buffer of buffers) backend.free(buffer);
    expect(backend.memory().pooledBytes).toBe((40 + 64) * 8);
  });

  it("wastes at most an eighth", () => {
    for (let length = 1; length < 5000; length++) {
      const size = sizeClass(length);
      expect(size >= length && size <= length * 1.125).toBe(true);
      expect(sizeClass(size)).toBe(size);
    }
    expect(sizeClass(2 ** 30 + 1)).toBe(2 ** 30 + 2 ** 27);
  });

  it("refuses a buffer that was freed, or that another backend made", () => {
    const backend = cpu();
    const buffer = backend.alloc("f32", 3);
    expect(() => cpu().free(buffer)).toThrow(BackendError);
    backend.free(buffer);
    expect(() => backend.free(buffer)).toThrow(/freed twice/);
    expect(() => backend.readSync!(buffer)).toThrow(/after it was freed/);
    expect(() => backend.write(buffer, new Float32Array(3))).toThrow(BackendError);
    const operand = { buffer, dtype: "f32", shape: [3], strides: [1], offset: 0 } as const;
    const io = { inputs: [], outputs: [operand], attrs: undefined, scalars: [1], saved: [] };
    expect(() => backend.kernels.fill.run(io)).toThrow(BackendError);
  });

  it("says how much memory was asked for and held when there is none", () => {
    const backend = cpu();
    backend.alloc("f32", 10);
    expect(() => backend.alloc("f64", 2 ** 50)).toThrow(
      /no memory for 1125899906842624 elements of f64[^]*9007199254740992 bytes[^]*40 bytes in 1 buffers/,
    );
    expect(backend.memory()).toEqual({ liveBytes: 40, liveBuffers: 1, pooledBytes: 0 });
  });

  it("works through the object that extend makes", () => {
    const backend = cpu();
    const extended = extend(backend, { "acme.nothing": { run() {} } });
    extended.free(extended.alloc("f32", 4));
    expect(extended.memory()).toEqual(backend.memory());
  });
});
