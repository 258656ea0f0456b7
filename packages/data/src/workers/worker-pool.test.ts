import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { afterEach, describe, expect, test } from "vitest";
import { DataLoader, mapDataset, TensorDataset, WorkerPool } from "../index.js";
import { bootstrapSource } from "./bootstrap.generated.js";

const module = new URL("./fixtures/decode.mjs", import.meta.url);
interface Answer {
  readonly bytes: number;
  readonly kind: string;
  readonly doubled: Float32Array;
}
type Value = { readonly task?: string; readonly data?: ArrayBufferView };
const pools: WorkerPool<Value, unknown>[] = [];
const open = <R = Answer>(workers = 1, from: ConstructorParameters<typeof WorkerPool>[0] = module) => {
  const pool = new WorkerPool<Value, R>(from, { workers });
  pools.push(pool as WorkerPool<Value, unknown>);
  return pool;
};
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

test("the bootstrap is what its source gives", () => {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../scripts/build-worker.mjs"), "--check"]);
});

describe("a pool", () => {
  test("decodes in workers, and sends of a view only its part", async () => {
    const all = Float32Array.from({ length: 1000 }, (_, i) => i);
    expect(await open().run({ data: all.subarray(3, 5) })).toEqual({
      bytes: 8,
      kind: "Float32Array",
      doubled: new Float32Array([6, 8]),
    });
    expect(all[999]).toBe(999);
    expect((await open().run({ data: Buffer.from([1, 2]) })).doubled).toEqual(new Float32Array([2, 4]));
  });

  test("uses as many workers as it may, and each again", async () => {
    const pool = open<number>(2);
    const threads = await Promise.all(Array.from({ length: 6 }, () => pool.run({ task: "thread" })));
    expect(new Set(threads).size).toBe(2);
  });

  test("feeds a loader, in order", async () => {
    const pool = open(2);
    const delays = new TensorDataset({ x: Float32Array.of(30, 1, 1, 1) });
    const dataset = mapDataset(delays, async ({ x }, index) => {
      const { doubled } = await pool.run({ task: "wait", data: x.data as Float32Array }, index);
      return { doubled };
    });
    const seen: number[] = [];
    for await (const { doubled } of new DataLoader(dataset)) seen.push(...doubled.dataSync());
    expect(seen).toEqual([60, 2, 2, 2]);
  });

  test("of workers of one's own", async () => {
    const start = () => {
      const worker = new Worker(bootstrapSource, { eval: true });
      worker.postMessage({ module: module.href });
      return worker;
    };
    expect((await open(1, start).run({ data: new Uint8Array([4]) })).doubled).toEqual(new Float32Array([8]));
  });
});

describe("an error", () => {
  test("of decode names the sample, and leaves the worker alive", async () => {
    const pool = open(1);
    const failed = pool.run({ task: "throw" }, 12);
    await expect(failed).rejects.toThrow(/decode failed[^]*decode\.mjs[^]*sample +12[^]*pixel 7 is missing/);
    expect((await pool.run({ data: new Uint8Array([1]) })).bytes).toBe(1);
  });
  test("of a worker that ends names the exit code; the next job gets another worker", async () => {
    const pool = open(1);
    const after = pool.run;
    await expect(pool.run({ task: "exit" }, 5)).rejects.toThrow(/a worker died[^]*sample +5[^]*exit code 3/);
    expect((await after({ data: new Uint8Array([1]) })).bytes).toBe(1);
  });
  test("outside of decode is told too", async () => {
    await expect(open(1).run({ task: "late" })).rejects.toThrow(/a worker died[^]*nobody waits for this/);
  });
  test("of a result that cannot be sent", async () => {
    await expect(open(1).run({ task: "function" })).rejects.toThrow(/decode failed[^]*could not be cloned/);
  });
  test("of a value that cannot be sent", async () => {
    const pool = open(1);
    await expect(pool.run({ task: (() => 1) as never })).rejects.toThrow(/cannot be sent[^]*could not be cloned/);
    expect((await pool.run({ data: new Uint8Array([1]) })).bytes).toBe(1);
  });
  test.each([
    ["no such file", new URL("./fixtures/none.mjs", import.meta.url), /cannot be loaded[^]*none\.mjs/],
    ["no decode", new URL("data:text/javascript,export const parse = 1"), /no function "decode", but parse/],
  ])("of a module: %s", async (_, url, message) => {
    await expect(open(1, url).run({})).rejects.toThrow(message);
  });
  test("of a relative address", () => {
    expect(() => open(1, "./decode.mjs")).toThrow(/not absolute[^]*import\.meta\.url/);
    expect(() => open(0)).toThrow(/workers is no integer from 1/);
  });
  test("of a closed pool", async () => {
    const pool = open(1);
    const running = pool.run({ task: "wait", data: Float32Array.of(10_000) });
    const closing = pool.close();
    await expect(running).rejects.toThrow(/pool is closed/);
    await closing;
    await expect(pool.run({})).rejects.toThrow(/pool is closed/);
  });
});
