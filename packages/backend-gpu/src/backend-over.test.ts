import { type Backend, extend, type Kernel } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backendOver } from "./backend-over.js";
import { TestEngine } from "./testing/test-engine.js";

describe("backendOver", () => {
  it("counts what is allocated and nothing more", () => {
    const backend = backendOver(new TestEngine());
    const a = backend.alloc("f32", 3);
    const b = backend.alloc("bool", 5);
    expect(backend.memory()).toEqual({ liveBytes: 17, liveBuffers: 2, pooledBytes: 0 });
    backend.free(a);
    backend.free(b);
    expect(backend.memory()).toEqual({ liveBytes: 0, liveBuffers: 0, pooledBytes: 0 });
  });

  it("writes into a part and reads a range, in the buffer's dtype", async () => {
    const backend = backendOver(new TestEngine());
    const handle = backend.alloc("i32", 5);
    backend.write(handle, Int32Array.of(1, 2, 3, 4, 5));
    backend.write(handle, Int32Array.of(-7, -8), 2);
    expect(await backend.read(handle)).toEqual(Int32Array.of(1, 2, -7, -8, 5));
    expect(await backend.read(handle, { start: 1, end: 3 })).toEqual(Int32Array.of(2, -7));
    expect(backend.readSync?.(handle, { start: 4, end: 5 })).toEqual(Int32Array.of(5));
  });

  it("copies what is written and what is read", async () => {
    const backend = backendOver(new TestEngine());
    const handle = backend.alloc("f32", 2);
    const data = Float32Array.of(1, 2);
    backend.write(handle, data);
    data[0] = 9;
    const read = await backend.read(handle);
    read[1] = 9;
    expect(await backend.read(handle)).toEqual(Float32Array.of(1, 2));
  });

  it("refuses what f32 cannot hold", () => {
    const backend = backendOver(new TestEngine());
    expect(() => backend.alloc("f64", 1)).toThrow("cannot hold dtype f64");
    expect(() => backend.write(backend.alloc("i32", 1), Int32Array.of(2 ** 24 + 1))).toThrow("the integer 16777217");
  });

  it("keeps an error of a kernel until the next read and names the kernel", async () => {
    const engine = new TestEngine();
    const backend = backendOver(engine);
    const broken: Kernel<undefined> = {
      run: ({ outputs: [output] }) =>
        engine.run({
          key: "acme.broken",
          program: () => ({ arrays: [], integers: [], body: "return missing(1);" }),
          inputs: [],
          output,
          length: 1,
          integers: [],
        }),
    };
    const extended: Backend = extend(backend, { "acme.broken": broken });
    const buffer = extended.alloc("f32", 1);
    const output = { buffer, dtype: "f32", shape: [1], strides: [1], offset: 0 } as const;
    extended.kernels["acme.broken"]?.run({ inputs: [], outputs: [output], attrs: undefined, scalars: [], saved: [] });
    await expect(extended.read(buffer)).rejects.toThrow('kernel "acme.broken" failed');
    await expect(backend.synchronize()).rejects.toThrow("acme.broken");
  });

  it("lets a kernel write the box that it reads: a result is a new array", async () => {
    const backend = backendOver(new TestEngine());
    const buffer = backend.alloc("f32", 3);
    backend.write(buffer, Float32Array.of(1, 2, 3));
    const x = { buffer, dtype: "f32", shape: [3], strides: [1], offset: 0 } as const;
    backend.kernels.binary.run({ inputs: [x, x], outputs: [x], attrs: { kind: "mul" }, scalars: [], saved: [] });
    expect(await backend.read(buffer)).toEqual(Float32Array.of(1, 4, 9));
  });
});
