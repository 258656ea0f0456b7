import { type Backend, type BufferHandle, isNNError, type Operand } from "@nn/backend";
import { engineOf } from "@nn/backend-gpu";

type Make = () => Promise<Backend>;

/** What the suites do not ask of WebGL engines. Each throws where something is wrong. */
export const glChecks: Readonly<Record<string, (make: Make) => Promise<void>>> = {
  "writes and reads any part of a buffer, whatever row of the texture it lies in": shared(async (backend) => {
    const length = 1000;
    const handle = backend.alloc("f32", length);
    const wanted = new Float32Array(length);
    const write = (start: number, count: number, shift: number) => {
      const data = Float32Array.from({ length: count }, (_, i) => i + shift);
      wanted.set(data, start);
      backend.write(handle, data, start);
    };
    write(0, length, 0.5);
    for (const [start, count] of [
      [0, 1],
      [31, 2],
      [37, 200],
      [64, 128],
      [900, 100],
      [999, 1],
    ])
      write(start, count, -7);
    for (const [start, end] of [
      [0, length],
      [30, 35],
      [60, 700],
      [64, 128],
      [998, 1000],
    ]) {
      equal(await backend.read(handle, { start, end }), wanted.slice(start, end));
      equal(backend.readSync!(handle, { start, end }), wanted.slice(start, end));
    }
    backend.free(handle);
  }),

  "lets a kernel write what it reads, also twice": shared(async (backend) => {
    const x = filled(backend, [1, 2, 3]);
    const y = filled(backend, [10, 20, 30]);
    const add = (a: BufferHandle, b: BufferHandle, out: BufferHandle) =>
      backend.kernels.binary.run({
        inputs: [vector(a, 3), vector(b, 3)],
        outputs: [vector(out, 3)],
        attrs: { kind: "add" },
        scalars: [],
        saved: [],
      });
    add(x, y, x);
    add(x, x, x);
    add(y, x, x);
    equal(await backend.read(x), Float32Array.of(32, 64, 96));
    equal(await backend.read(y), Float32Array.of(10, 20, 30));
    for (const handle of [x, y]) backend.free(handle);
  }),

  "counts positions beyond 2**24": shared(async (backend) => {
    const length = 2 ** 24 + 70;
    const source = backend.alloc("f32", length);
    const target = backend.alloc("f32", length);
    backend.write(source, Float32Array.of(1, 2, 3));
    backend.write(source, Float32Array.of(5, 6, 7), length - 3);
    // Backwards: the first pixels read the last elements, the last pixels the first.
    const backwards: Operand = { ...vector(source, length), strides: [-1], offset: length - 1 };
    const io = { inputs: [backwards], outputs: [vector(target, length)], attrs: {}, scalars: [], saved: [] };
    backend.kernels.copy.run(io);
    equal(await backend.read(target, { start: 0, end: 3 }), Float32Array.of(7, 6, 5));
    equal(await backend.read(target, { start: length - 3, end: length }), Float32Array.of(3, 2, 1));
    for (const handle of [source, target]) backend.free(handle);
  }),

  "divides positions beyond 2**24 exactly": shared(async (backend) => {
    const [start, divisor, length] = [2 ** 24 + 1, 100_003, 64];
    const output = backend.alloc("f32", length);
    engineOf(backend).run({
      key: "check.divide",
      program: () => ({
        arrays: [],
        integers: ["start", "divisor"],
        body: "return idiv(this.thread.x+start,divisor)-imod(this.thread.x+start,divisor);",
      }),
      inputs: [],
      output: { buffer: output },
      length,
      integers: [start, divisor],
    });
    const wanted = Float32Array.from({ length }, (_, i) => Math.floor((start + i) / divisor) - ((start + i) % divisor));
    equal(await backend.read(output), wanted);
    backend.free(output);
  }),

  "takes an index that a helper computes": shared(async (backend) => {
    const [values, index, output] = [
      filled(backend, [5, 6, 7, 8]),
      filled(backend, [3, 0, 2]),
      backend.alloc("f32", 3),
    ];
    engineOf(backend).run({
      key: "check.index",
      program: () => ({ arrays: ["a", "b"], integers: [], body: "return a[toInteger(b[this.thread.x])]+0.5;" }),
      inputs: [vector(values, 4), vector(index, 3)],
      output: { buffer: output },
      length: 3,
      integers: [],
    });
    equal(await backend.read(output), Float32Array.of(8.5, 5.5, 7.5));
    for (const handle of [values, index, output]) backend.free(handle);
  }),

  "pools what is freed, up to a bound": async (make) => {
    const backend = await make();
    const base = backend.memory();
    const handle = backend.alloc("f32", 1000);
    backend.free(handle);
    const { pooledBytes, liveBytes } = backend.memory();
    truly(liveBytes === base.liveBytes && pooledBytes > base.pooledBytes, "a freed texture is pooled");
    backend.free(backend.alloc("bool", 990));
    truly(backend.memory().pooledBytes === pooledBytes, "a pooled texture is taken again");
    // Headless textures take four times the bytes.
    const size = backend.name === "headlessgl" ? 2 ** 20 : 2 ** 22;
    const many = Array.from({ length: 20 }, () => backend.alloc("f32", size));
    for (const each of many) backend.free(each);
    truly(backend.memory().pooledBytes <= 2 ** 28, "the pool has a bound");
    await backend.dispose();
  },

  "says at once which text it cannot take": shared(async (backend) => {
    const output = backend.alloc("f32", 1);
    const run = (key: string, body: string) => () =>
      engineOf(backend).run({
        key,
        program: () => ({ arrays: [], integers: [], body }),
        inputs: [],
        output: { buffer: output },
        length: 1,
        integers: [],
      });
    await throws(
      run("check.missing", "return missing(1);"),
      /kernel "check.missing" (cannot be translated|does not compile)/,
    );
    await throws(run("check.broken", "const x=toInteger(1.5,2);return x;"), /kernel "check.broken" does not compile/);
    await backend.synchronize();
    backend.free(output);
  }),

  "refuses what no texture holds, and goes on": shared(async (backend) => {
    await throws(() => backend.alloc("f32", backend.capabilities.maxElements + 1), /too large for the device/);
    const handle = filled(backend, [1]);
    equal(await backend.read(handle), Float32Array.of(1));
    backend.free(handle);
  }),

  "says that it was disposed": async (make) => {
    const backend = await make();
    const handle = filled(backend, [1]);
    await backend.dispose();
    await throws(() => backend.read(handle), /used after dispose/);
  },
};

/** A loss of the context, which a browser can bring about. `lose` does it to the one that was made last. */
export async function checkLoss(make: Make, lose: () => void): Promise<void> {
  const backend = await make();
  const x = filled(backend, [1, 2, 3]);
  equal(await backend.read(x), Float32Array.of(1, 2, 3));
  const underway = backend.read(x);
  underway.catch(() => {});
  lose();
  const message = /context was lost[^]*last checkpoint/;
  await throws(() => backend.read(x), message);
  await throws(() => backend.readSync!(x), message);
  await throws(() => backend.alloc("f32", 1), message);
  await throws(() => backend.synchronize(), message);
  const io = { inputs: [], outputs: [vector(x, 3)], attrs: undefined, scalars: [1], saved: [] };
  await throws(() => backend.kernels.fill.run(io), message);
  // What was asked for before is there or an error: never zeros.
  const early = await underway.catch((error: unknown) => error);
  if (early instanceof Float32Array) equal(early, Float32Array.of(1, 2, 3));
  else truly(message.test(String(early)), `a read under way says that the context was lost, not ${early}`);
  await backend.dispose();
  const fresh = await make();
  equal(await fresh.read(filled(fresh, [4])), Float32Array.of(4));
  await fresh.dispose();
}

/** Microseconds of one op of 16 elements in a chain of 1,000: until the last is enqueued, and until it is read. */
export async function microseconds(backend: Backend): Promise<{ readonly enqueued: number; readonly done: number }> {
  const one = filled(backend, Array(16).fill(1));
  const pair = [filled(backend, Array(16).fill(0)), backend.alloc("f32", 16)];
  const chain = (count: number) => {
    for (let i = 0; i < count; i++) {
      const io = {
        inputs: [vector(pair[0], 16), vector(one, 16)],
        outputs: [vector(pair[1], 16)],
        attrs: { kind: "add" },
        scalars: [],
        saved: [],
      } as const;
      backend.kernels.binary.run(io);
      pair.reverse();
    }
  };
  chain(100);
  await backend.read(pair[0]);
  const start = performance.now();
  chain(1000);
  const enqueued = performance.now() - start;
  const [value] = await backend.read(pair[0]);
  const done = performance.now() - start;
  truly(value === 1100, `a chain of 1,100 additions gives 1100, not ${value}`);
  for (const handle of [one, ...pair]) backend.free(handle);
  return { enqueued, done };
}

/** Runs the checks; gives the messages of those that failed. */
export async function runGlChecks(make: Make): Promise<string[]> {
  const failures: string[] = [];
  for (const [name, check] of Object.entries(glChecks)) {
    try {
      await check(make);
    } catch (error) {
      failures.push(`${name}: ${error}`);
    }
  }
  return failures;
}

function shared(check: (backend: Backend) => Promise<void>): (make: Make) => Promise<void> {
  return async (make) => {
    const backend = await make();
    const base = backend.memory();
    await check(backend);
    await backend.synchronize();
    const { liveBytes, liveBuffers } = backend.memory();
    truly(liveBytes === base.liveBytes && liveBuffers === base.liveBuffers, "all memory is given back");
    await backend.dispose();
  };
}

function vector(buffer: BufferHandle, length: number): Operand {
  return { buffer, dtype: "f32", shape: [length], strides: [1], offset: 0 };
}

function filled(backend: Backend, values: readonly number[]): BufferHandle {
  const handle = backend.alloc("f32", values.length);
  backend.write(handle, Float32Array.from(values));
  return handle;
}

function equal(got: ArrayLike<number>, wanted: ArrayLike<number>): void {
  const at = Array.from(wanted).findIndex((value, i) => !Object.is(value, got[i]));
  truly(got.length === wanted.length, `${got.length} elements, not ${wanted.length}`);
  truly(at < 0, `element ${at} is ${got[at]}, not ${wanted[at]}`);
}

function truly(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

async function throws(fn: () => unknown, message: RegExp): Promise<void> {
  let error: unknown;
  try {
    await fn();
  } catch (caught) {
    error = caught;
  }
  truly(isNNError(error) && message.test(error.message), `must fail with ${message}, got ${error}`);
}
