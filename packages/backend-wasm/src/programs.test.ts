import type { ElementwiseAttrs, Operand } from "@nn/backend";
import { afterEach, describe, expect, it, vi } from "vitest";
import { writeModule } from "./kernels/elementwise-module.js";
import { type OpenBackend, openBackend } from "./open-backend.js";

const opened: OpenBackend[] = [];
afterEach(async () => {
  vi.restoreAllMocks();
  for (const { backend } of opened.splice(0)) await backend.dispose();
});
async function open(threads: number): Promise<OpenBackend> {
  const made = await openBackend(threads, undefined);
  opened.push(made);
  return made;
}

/** x + 2 or x - 2. */
const program = (kind: "add" | "sub"): ElementwiseAttrs => ({
  inputs: ["all"],
  scalars: 0,
  constants: [2],
  instructions: [{ kind, operands: [0, 1] }],
  outputs: [{ register: 2, extent: "all" }],
});
const n = 300_001;

/** Ones. */
function vector({ backend }: OpenBackend, length = n): Operand {
  const buffer = backend.alloc("f32", length);
  backend.write(buffer, new Float32Array(length).fill(1));
  return { buffer, dtype: "f32", shape: [length], strides: [1], offset: 0 };
}
/** What the results of the elements are, each value once. */
function run({ backend }: OpenBackend, attrs: ElementwiseAttrs, x: Operand, z: Operand): number[] {
  backend.kernels.elementwise!.run({ inputs: [x], outputs: [z], attrs, scalars: [], saved: [] });
  return [...new Set(backend.readSync!(z.buffer))];
}
/** How many chunks of jobs each worker has begun or ended. */
function chunks({ backend, context: { heap, exports } }: OpenBackend): number[] {
  const at = (thread: number) => heap.i32[exports.progressAddress() / 4 + 16 * thread];
  return Array.from({ length: backend.capabilities.threads! - 1 }, (_, i) => at(i + 1));
}
/** Repeats until all workers have done something since. */
function untilAllTookPart(backend: OpenBackend, act: () => void): void {
  const before = chunks(backend);
  for (let i = 0; i < 2000 && chunks(backend).some((count, k) => count === before[k]); i++) act();
  chunks(backend).forEach((count, k) => {
    expect(count).toBeGreaterThan(before[k]);
  });
}

describe("Programs", { timeout: 60_000 }, () => {
  it("are made for what is used much, once", async () => {
    const one = await open(1);
    const attrs = program("add");
    const { programs } = one.context;
    const [short, x, z] = [vector(one, 64), vector(one), vector(one)];
    for (let i = 0; i < 100; i++) run(one, attrs, short, short);
    expect(programs.count).toBe(0);
    const memory = one.backend.memory();
    for (let i = 0; i < 4; i++) expect(run(one, attrs, x, z)).toEqual([3]);
    expect(programs.count).toBe(1);
    const { liveBytes, liveBuffers } = one.backend.memory();
    expect({ liveBytes, liveBuffers }).toEqual({ liveBytes: memory.liveBytes, liveBuffers: memory.liveBuffers });
  });

  it.each(["at once", "after the memory has grown"])("run on every thread %s", async (when) => {
    const three = await open(3);
    const { backend, context } = three;
    if (when !== "at once") backend.alloc("f32", 2 ** 24);
    // The function is made of another program, so that results show who ran it.
    const other = writeModule({ attrs: program("sub"), vectorOf: new Map([[1, 0]]), codes: {}, shared: true });
    const add = context.programs.add.bind(context.programs);
    vi.spyOn(context.programs, "add").mockImplementation((bytes, ...rest) => {
      bytes.set(other.bytes);
      return add(bytes, ...rest);
    });
    const attrs = program("add");
    const [x, z] = [vector(three), vector(three)];
    expect(run(three, attrs, x, z)).toEqual([3]);
    untilAllTookPart(three, () => expect(run(three, attrs, x, z)).toEqual([-1]));
  });

  it("are interpreted by workers that may not make functions", async () => {
    const three = await open(3);
    const { programs } = three.context;
    const add = programs.add.bind(programs);
    vi.spyOn(programs, "add").mockImplementation((bytes, ...rest) => {
      const id = add(bytes.slice(), ...rest);
      bytes.fill(0);
      return id;
    });
    const attrs = program("add");
    const [x, z] = [vector(three), vector(three)];
    run(three, attrs, x, z);
    untilAllTookPart(three, () => expect(run(three, attrs, x, z)).toEqual([3]));
    expect(programs.count).toBe(1);
  });

  it("are interpreted where a policy refuses, which is asked once", async () => {
    const two = await open(2);
    const refuse = vi.spyOn(WebAssembly, "Module").mockImplementation(
      class {
        constructor() {
          throw new WebAssembly.CompileError("Wasm code generation disallowed by embedder");
        }
      },
    );
    const [x, z] = [vector(two), vector(two)];
    for (const [kind, value] of [
      ["add", 3],
      ["sub", -1],
    ] as const) {
      const attrs = program(kind);
      for (let i = 0; i < 3; i++) expect(run(two, attrs, x, z)).toEqual([value]);
    }
    expect(two.context.programs.count).toBe(0);
    expect(refuse).toHaveBeenCalledTimes(1);
  });

  it("are at most 256", async () => {
    const one = await open(1);
    const { programs, heap, exports } = one.context;
    const { bytes } = writeModule({ attrs: program("add"), vectorOf: new Map([[1, 0]]), codes: {}, shared: false });
    const ids = Array.from({ length: 258 }, () => programs.add(bytes, heap.memory, exports));
    expect(ids.slice(254)).toEqual([255, 256, 0, 0]);
  });
});
