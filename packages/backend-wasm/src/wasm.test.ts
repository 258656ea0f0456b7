import { BackendError } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { wasm } from "./index.js";
import { backend, operand } from "./test-helpers.js";

describe("wasm", () => {
  it("writes and reads ranges, as copies", async () => {
    const buffer = backend.alloc("i32", 5);
    backend.write(buffer, new Int32Array([1, 2, 3, 4, 5]));
    backend.write(buffer, new Int32Array([8, 9]), 3);
    const all = backend.readSync!(buffer);
    expect(all).toEqual(new Int32Array([1, 2, 3, 8, 9]));
    all[0] = 99;
    expect(await backend.read(buffer, { start: 0, end: 2 })).toEqual(new Int32Array([1, 2]));
  });

  it("refuses a buffer that was freed", () => {
    const x = operand("f32", [3]);
    const z = operand("f32", [3]);
    backend.free(x.buffer);
    expect(() => backend.free(x.buffer)).toThrow(BackendError);
    expect(() => backend.readSync!(x.buffer)).toThrow(/after it was freed/);
    expect(() => backend.write(x.buffer, new Float32Array(3))).toThrow(BackendError);
    const io = { inputs: [x], outputs: [z], scalars: [], saved: [] };
    expect(() => backend.kernels.unary.run({ ...io, attrs: { kind: "neg" } })).toThrow(BackendError);
    expect(() => backend.kernels.fill.run({ ...io, inputs: [], outputs: [x], attrs: undefined })).toThrow(BackendError);
  });

  it("goes on after a request that no memory can meet", async () => {
    const own = await wasm();
    const buffer = own.alloc("f32", 2);
    own.write(buffer, new Float32Array([1, 2]));
    expect(() => own.alloc("f32", 2 ** 30 - 1)).toThrow(/out of memory[^]*live +8 bytes in 1 buffers/);
    expect(own.readSync!(buffer)).toEqual(new Float32Array([1, 2]));
    expect(own.readSync!(own.alloc("bool", 3)).length).toBe(3);
  });

  it("gives scratch memory back", () => {
    const before = backend.memory();
    const x = operand("f32", [40, 30], undefined, [1, 40]);
    const z = operand("f32", [40, 1]);
    const io = { inputs: [x], outputs: [z], scalars: [], saved: [] };
    backend.kernels.reduce.run({ ...io, attrs: { kind: "sum", axes: [1] } });
    for (const { buffer } of [x, z]) backend.free(buffer);
    expect(backend.memory().liveBuffers).toBe(before.liveBuffers);
  });
});
