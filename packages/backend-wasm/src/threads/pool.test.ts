import { BackendError, type BufferHandle, type Operand } from "@nn/backend";
import { afterEach, describe, expect, it } from "vitest";
import { openBackend } from "../open-backend.js";
import { Pool, type PoolSettings } from "./pool.js";

const pools: Pool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});

async function open(threads: number, settings: Partial<PoolSettings> = {}) {
  const pool = new Pool({ spin: 20_000, patience: 100, now: () => performance.now(), ...settings });
  pools.push(pool);
  const { backend, context } = await openBackend(threads, undefined, pool);
  const { heap, exports } = context;
  const vector = (length: number, value = 0): Operand => {
    const buffer = backend.alloc("f32", length);
    backend.write(buffer, new Float32Array(length).fill(value));
    return { buffer, dtype: "f32", shape: [length], strides: [1], offset: 0 };
  };
  const add = (x: Operand, y: Operand, z: Operand) => {
    const io = { inputs: [x, y], outputs: [z], attrs: { kind: "add" as const }, scalars: [], saved: [] };
    backend.kernels.binary.run(io);
  };
  return { backend, pool, heap, exports, vector, add, inside: exports.insideAddress() / 4 };
}

function isFull(list: ArrayLike<number>, value: number): boolean {
  return Array.prototype.every.call(list, (element) => element === value);
}

// Machines may be busy with other things.
describe("Pool", { timeout: 60_000 }, () => {
  it("is right in ten thousand small jobs, one right after the other", async () => {
    const { backend, vector, add } = await open(4);
    const length = 70_000;
    const [one, a, b] = [vector(length, 1), vector(length), vector(length)];
    for (let i = 0; i < 5000; i++) {
      add(a, one, b);
      add(b, one, a);
    }
    expect(isFull(backend.readSync!(a.buffer), 10_000)).toBe(true);
  });

  it("wakes workers that sleep", async () => {
    const { heap, exports, vector, add } = await open(2, { spin: 1 });
    const [one, z] = [vector(1_000_000, 1), vector(1_000_000)];
    const chunks = () => heap.i32[exports.progressAddress() / 4 + 16];
    const before = chunks();
    for (let i = 0; i < 1000 && chunks() === before; i++) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      add(one, one, z);
    }
    expect(chunks()).toBeGreaterThan(before);
  });

  it("works in memory that has grown since the workers came", async () => {
    const { backend, heap, vector, add } = await open(3);
    const held: BufferHandle[] = [];
    for (let length = 100_000; length < 2 ** 24; length *= 3) {
      const before = heap.memory.buffer.byteLength;
      const [x, z] = [vector(length, 2), vector(length)];
      add(x, x, z);
      expect(isFull(backend.readSync!(z.buffer), 4)).toBe(true);
      held.push(x.buffer, z.buffer);
      if (length > 2 ** 23) expect(heap.memory.buffer.byteLength).toBeGreaterThan(before);
    }
    for (const buffer of held) backend.free(buffer);
  });

  it("goes on where a worker has ended between two kernels", async () => {
    const { backend, pool, vector, add } = await open(3);
    await pool.workers[0].end();
    const [x, z] = [vector(200_000, 2), vector(200_000)];
    add(x, x, z);
    expect(isFull(await backend.read(z.buffer), 4)).toBe(true);
  });

  // Again where the machine was so busy that the worker had left the kernel before its end came.
  it("gives an error where a worker dies inside a kernel, and hangs nowhere", { retry: 3 }, async () => {
    let armed = false;
    // The clock is read when a job has just been opened.
    const { backend, pool, heap, inside } = await open(2, {
      now() {
        if (armed) {
          armed = false;
          const end = performance.now() + 20_000;
          while (Atomics.load(heap.i32, inside) === 0) if (performance.now() > end) throw new Error("no worker came");
          void pool.workers[0].end();
        }
        return performance.now();
      },
    });
    // Small products side by side are a single job, here one of some 50 ms.
    const [n, count] = [128, 600];
    const matrices = (many: number): Operand => ({
      buffer: backend.alloc("f32", many * n * n),
      dtype: "f32",
      shape: [count, n, n],
      strides: [many > 1 ? n * n : 0, n, 1],
      offset: 0,
    });
    const [a, b, c] = [matrices(1), matrices(1), matrices(count)];
    const run = () => {
      backend.kernels.matmul.run({ inputs: [a, b], outputs: [c], attrs: undefined, scalars: [], saved: [] });
    };
    for (const { buffer } of [a, b]) backend.write(buffer, new Float32Array(n * n).fill(1));
    run();
    expect(backend.readSync!(c.buffer)[0]).toBe(n);
    armed = true;
    expect(run).toThrow(/worker 1 died inside a kernel[^]*fix +make a new backend/);
    // From then on nothing of it can be trusted.
    expect(run).toThrow(BackendError);
    expect(() => backend.readSync!(c.buffer)).toThrow(BackendError);
    await expect(backend.read(c.buffer)).rejects.toThrow(BackendError);
    await expect(backend.synchronize()).rejects.toThrow(BackendError);
    await backend.dispose();
  });

  it("gives the error soon where the part of a worker throws", async () => {
    const { heap, exports, pool, vector, add, inside } = await open(2, { patience: 60_000 });
    const [x, z] = [vector(200_000, 2), vector(200_000)];
    // What the worker's script does then: it stays inside and tells.
    Atomics.add(heap.i32, inside, 1);
    Atomics.store(heap.i32, exports.failedAddress() / 4, 1);
    expect(() => add(x, x, z)).toThrow(BackendError);
    expect(pool.failure).toBeInstanceOf(BackendError);
  });

  it("gives an error after a kernel that threw on the calling thread", async () => {
    const { exports, heap, vector, add } = await open(2);
    const [x, z] = [vector(200_000, 2), vector(200_000)];
    const beyond = heap.memory.buffer.byteLength;
    expect(() => exports.sgd(beyond, beyond, beyond, 200_000)).toThrow();
    expect(() => add(x, x, z)).toThrow(BackendError);
  });

  it("leaves no worker behind where one does not come up", async () => {
    const pool = new Pool();
    const { context } = await openBackend(1, undefined);
    const { exports, heap } = context;
    const { memory } = heap;
    // Plain memory cannot be given to a worker.
    const module = await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
    await expect(pool.start(2, { module, memory, exports, workerUrl: undefined })).rejects.toThrow();
    expect(pool.workers).toEqual([]);
    expect(exports.workerCount()).toBe(0);
  });
});
