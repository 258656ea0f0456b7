import { BackendError } from "@nn/backend";
import { describe, expect, it } from "vitest";
import type { WasmExports } from "./exports.js";
import { Heap, heapBase, type WasmBuffer } from "./heap.js";
import { compile } from "./module.js";
import { Programs } from "./programs.js";
import { Pool } from "./threads/pool.js";

describe("Heap", () => {
  it("says what was asked and held when it is full; what was there stays, and freed memory serves again", () => {
    const heap = new Heap(false, 64);
    const buffers: WasmBuffer[] = [];
    const fill = () => {
      for (;;) {
        const buffer = heap.allocate("f32", 50_000);
        heap.view(buffer).fill(buffers.length);
        buffers.push(buffer);
      }
    };
    expect(fill).toThrow(BackendError);
    expect(fill).toThrow(/asked +200000 bytes\n +live +4000000 bytes in 20 buffers[^]*limit +4194304 bytes/);
    buffers.forEach((buffer, i) => expect(new Set(heap.view(buffer))).toEqual(new Set([i])));
    heap.free(buffers.pop()!);
    expect(heap.allocate("i32", 50_000).length).toBe(50_000);
  });

  it("keeps what was written while it grows", () => {
    const heap = new Heap(false);
    const first = heap.allocate("i32", 3);
    heap.view(first).set([1, 2, 3]);
    const large = heap.allocate("f32", 2 ** 24);
    expect(heap.view(large).length).toBe(2 ** 24);
    expect([...heap.view(first)]).toEqual([1, 2, 3]);
  });

  it("counts the bytes asked for, and keeps the freed ones", () => {
    const heap = new Heap(false);
    const [a, b] = [heap.allocate("f32", 100), heap.allocate("bool", 10)];
    expect(heap.info()).toEqual({ liveBytes: 410, liveBuffers: 2, pooledBytes: 0 });
    heap.free(a);
    expect(heap.info()).toEqual({ liveBytes: 10, liveBuffers: 1, pooledBytes: 448 });
    heap.free(b);
    expect(heap.info()).toEqual({ liveBytes: 0, liveBuffers: 0, pooledBytes: 512 });
  });

  it.each([
    ["plain", false],
    ["shared", true],
  ] as const)("begins above the static data of the %s module", async (_, shared) => {
    const { memory } = new Heap(shared);
    const env = { memory, ...new Pool().imports, ...new Programs().imports };
    const instance = await WebAssembly.instantiate(await compile(shared), { env });
    expect((instance.exports as unknown as WasmExports).staticEnd()).toBeLessThanOrEqual(heapBase);
  });
});
