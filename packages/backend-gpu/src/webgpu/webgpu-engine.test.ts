import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backendOver } from "../backend-over.js";
import type { Call, ShaderProgram } from "../engine.js";
import { noDevice, testDevice } from "../testing/test-device.js";
import { sizeClass } from "./buffers.js";
import { openWebGPU } from "./open-webgpu.js";
import { WebGPUEngine } from "./webgpu-engine.js";

const dense = (shape: readonly number[], strides: readonly number[], offset = 0) => ({
  dtype: "f32" as const,
  shape,
  strides,
  offset,
});

describe.skipIf(noDevice !== undefined)("WebGPUEngine", { timeout: 60_000 }, () => {
  let engine: WebGPUEngine;
  beforeAll(async () => {
    engine = new WebGPUEngine(await testDevice());
  });
  afterAll(() => engine.dispose());

  const filled = (values: Iterable<number>) => {
    const data = Float32Array.from(values);
    const box = engine.alloc("f32", data.length);
    engine.write(box, data, 0);
    return box;
  };
  const whole = (box: { readonly length: number }) => engine.read(box as ReturnType<typeof filled>, 0, box.length);
  const add = (x: ReturnType<typeof filled>, y: ReturnType<typeof filled>, on = engine): ReturnType<typeof filled> => {
    const output = on.alloc("f32", x.length);
    on.run({
      key: "test.add",
      program: () => ({
        arrays: ["a", "b"],
        integers: [],
        body: "return a[this.thread.x]+b[this.thread.x];",
      }),
      inputs: [x, y].map((buffer) => ({ buffer, ...dense([x.length], [1]) })),
      output: { buffer: output },
      length: x.length,
      integers: [],
    });
    return output;
  };

  it("runs many calls in order, with buffers that are freed and taken again at once", async () => {
    const one = filled([1, 1, 1]);
    let x = filled([0, 1, 2]);
    for (let i = 0; i < 1000; i++) {
      const next = add(x, one);
      engine.free(x);
      x = next;
    }
    expect(await whole(x)).toEqual(Float32Array.of(1000, 1001, 1002));
  });

  it("orders writes and reads among the calls", async () => {
    const one = filled([1]);
    const x = filled([1]);
    const before = add(x, one);
    engine.write(x, Float32Array.of(10), 0);
    const after = add(x, one);
    const reads = [x, before, after].map(whole);
    engine.write(x, Float32Array.of(100), 0);
    expect((await Promise.all(reads)).map(([value]) => value)).toEqual([10, 2, 11]);
  });

  it("takes more elements than one row of workgroups, and positions beyond 2**24", async () => {
    const { kernels, alloc, free, read, write } = backendOver(engine);
    const length = 2 ** 24 + 70;
    const source = alloc("f32", length);
    write(source, Float32Array.of(5, 6, 7), length - 3);
    const target = alloc("f32", length);
    // Backwards: the first threads read the last elements, the last threads the first.
    const input = { buffer: source, ...dense([length], [-1], length - 1) };
    const output = { buffer: target, ...dense([length], [1]) };
    write(source, Float32Array.of(1, 2, 3), 0);
    kernels.copy.run({ inputs: [input], outputs: [output], attrs: {}, scalars: [], saved: [] });
    expect(await read(target, { start: 0, end: 3 })).toEqual(Float32Array.of(7, 6, 5));
    expect(await read(target, { start: length - 3, end: length })).toEqual(Float32Array.of(3, 2, 1));
    free(source);
    free(target);
  });

  it("divides positions beyond 2**24 exactly", async () => {
    const start = 2 ** 24 + 1;
    const output = engine.alloc("f32", 64);
    engine.run({
      key: "test.divide",
      program: () => ({
        arrays: [],
        integers: ["start", "divisor"],
        body: "return idiv(this.thread.x+start,divisor)-imod(this.thread.x+start,divisor);",
      }),
      inputs: [],
      output: { buffer: output },
      length: 64,
      integers: [start, 100_003],
    });
    const wanted = Float32Array.from(
      { length: 64 },
      (_, i) => Math.floor((start + i) / 100_003) - ((start + i) % 100_003),
    );
    expect(await whole(output)).toEqual(wanted);
  });

  const step: ShaderProgram = {
    params: [
      ["count", "u32"],
      ["shift", "i32"],
      ["rate", "f32"],
    ],
    buffers: [
      ["p", "read_write"],
      ["g", "read"],
      ["sum", "read_write"],
    ],
    body: `@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id : vec3<u32>) {
      if (id.x >= params.count) { return; }
      p[id.x] = p[id.x] - params.rate * g[id.x];
      sum[id.x] = p[id.x] + f32(params.shift);
    }`,
  };

  it("runs WGSL of its callers, in place and with several outputs, between translated texts", async () => {
    const p = filled([1, 2, 3]);
    const g = add(filled([1, 1, 1]), filled([0, 1, 2]));
    const sum = engine.alloc("f32", 3);
    for (let i = 0; i < 2; i++) {
      engine.shaders.run({
        key: "test.step",
        program: () => step,
        buffers: [p, g, sum],
        params: [3, -10, 0.5],
        workgroups: [1, 1, 1],
      });
    }
    expect(await whole(p)).toEqual(Float32Array.of(0, 0, 0));
    expect(await whole(add(sum, p))).toEqual(Float32Array.of(-10, -10, -10));
  });

  it("pools what is freed, and counts it", async () => {
    const other = new WebGPUEngine(await testDevice());
    const backend = backendOver(other);
    const first = backend.alloc("f32", 1000);
    expect(backend.memory()).toEqual({ liveBytes: 4000, liveBuffers: 1, pooledBytes: 0 });
    backend.free(first);
    expect(backend.memory()).toEqual({ liveBytes: 0, liveBuffers: 0, pooledBytes: 4096 });
    const second = backend.alloc("bool", 900);
    expect(backend.memory()).toEqual({ liveBytes: 900, liveBuffers: 1, pooledBytes: 0 });
    backend.free(second);
    // Beyond its bound the pool gives back to the device.
    const large = Array.from({ length: 20 }, () => backend.alloc("f32", 2 ** 22));
    for (const handle of large) backend.free(handle);
    expect(backend.memory().pooledBytes).toBeLessThanOrEqual(2 ** 28);
    await backend.synchronize();
    await backend.dispose();
  });

  const broken: Omit<ShaderProgram, "body"> = { params: [], buffers: [["r", "read_write"]] };
  const failing = (key: string, body: string) => (on: WebGPUEngine) => {
    const box = on.alloc("f32", 1);
    on.shaders.run({ key, program: () => ({ ...broken, body }), buffers: [box], params: [], workgroups: [1, 1, 1] });
    return box;
  };
  const compileError = failing("test.broken", "@compute @workgroup_size(1) fn main() { let x : i32 = 1.5; }");

  it("keeps an error of a kernel until the next read or synchronize, and names the kernel", async () => {
    const other = new WebGPUEngine(await testDevice());
    const box = compileError(other);
    await expect(other.read(box, 0, 1)).rejects.toThrow('kernel "test.broken" does not compile');
    await expect(other.synchronize()).rejects.toThrow('kernel "test.broken" does not compile');
    await other.dispose();
  });

  it("refuses a buffer that is bound twice, once for writing", async () => {
    const other = new WebGPUEngine(await testDevice());
    const box = other.alloc("f32", 3);
    const program = (): ShaderProgram => step;
    const call = { key: "test.twice", program, params: [3, 0, 1], workgroups: [1, 1, 1] as const };
    expect(() => other.shaders.run({ ...call, buffers: [box, box, other.alloc("f32", 3)] })).toThrow(
      'kernel "test.twice" binds a buffer twice',
    );
    await other.dispose();
  });

  it("tells at the next read that memory was refused, and at once what is beyond the device", async () => {
    const source = await testDevice();
    const refusing = new Proxy(source.device, {
      get(device, name) {
        if (name === "popErrorScope") return () => device.popErrorScope().then(() => ({ message: "no memory left" }));
        const value: unknown = Reflect.get(device, name, device);
        return typeof value === "function" ? value.bind(device) : value;
      },
    });
    const other = new WebGPUEngine({ ...source, device: refusing });
    expect(() => other.alloc("f32", 2 ** 40)).toThrow(/bytes at most/);
    const box = other.alloc("f32", 1000);
    await expect(other.read(box, 0, 1)).rejects.toThrow(/out of memory: a buffer of 4096 bytes[^]*smaller batch/);
    await other.dispose();
  });

  it("throws at once for a text that cannot be translated", () => {
    const call: Call = {
      key: "test.missing",
      program: () => ({ arrays: [], integers: [], body: "return missing(1);" }),
      inputs: [],
      output: { buffer: engine.alloc("f32", 1) },
      length: 1,
      integers: [],
    };
    expect(() => engine.run(call)).toThrow('kernel "test.missing" cannot be translated');
  });

  it("says that the device is gone, at the next call and for reads on their way", async () => {
    const source = await testDevice();
    const other = new WebGPUEngine(source);
    const box = other.alloc("f32", 4);
    other.write(box, Float32Array.of(1, 2, 3, 4), 0);
    expect(await other.read(box, 1, 3)).toEqual(Float32Array.of(2, 3));
    source.device.destroy();
    const lost = /device was lost[^]*last checkpoint/;
    await expect(other.read(box, 0, 4)).rejects.toThrow(lost);
    expect(() => add(box, box, other)).toThrow(lost);
    expect(() => other.alloc("f32", 1)).toThrow(lost);
    await expect(other.synchronize()).rejects.toThrow(lost);
    await other.dispose();
  });

  it("says that it was disposed", async () => {
    const other = new WebGPUEngine(await testDevice());
    const box = other.alloc("f32", 1);
    await other.dispose();
    await expect(other.read(box, 0, 1)).rejects.toThrow("used after dispose()");
  });

  it("leaves a device that it was given alive", async () => {
    const { device } = await testDevice();
    const other = await openWebGPU({ device });
    expect(other.ieeeNaN).toBe(true);
    await other.dispose();
    expect(await Promise.race([device.lost, "alive"])).toBe("alive");
    device.destroy();
  });
});

it("has size classes that waste a quarter at most above 64 kB", () => {
  for (const bytes of [1, 256, 257, 70_000, 2 ** 20 + 4, 2 ** 28]) {
    const size = sizeClass(bytes);
    expect(size).toBeGreaterThanOrEqual(bytes);
    expect(size % 4).toBe(0);
    if (bytes > 2 ** 16) expect(size / bytes).toBeLessThan(1.25);
  }
});
