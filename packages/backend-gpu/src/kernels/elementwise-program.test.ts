import type {
  Backend,
  BinaryKind,
  BufferHandle,
  ElementwiseAttrs,
  ElementwiseInstruction,
  Operand,
  UnaryKind,
} from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backendOver } from "../backend-over.js";
import { upload } from "../testing/dispatch.js";
import { call, host, random } from "../testing/harness.js";
import { modes, TestEngine } from "../testing/test-engine.js";
import { describeOnDevice } from "../testing/test-on-device.js";
import { callAll } from "../testing/test-same-as-cpu.js";
import { binaryBodies, unaryBodies } from "./expressions.js";

const unaryKinds = Object.keys(unaryBodies) as UnaryKind[];
const binaryKinds = Object.keys(binaryBodies) as BinaryKind[];
const gives = { bool: new Set<string>(["isNaN", "logicalNot", "logicalAnd", "logicalOr"]) };
for (const kind of ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"]) gives.bool.add(kind);

const all = "all" as const;
const one = "one" as const;
const program = (attrs: Partial<ElementwiseAttrs>): ElementwiseAttrs => ({
  inputs: [all, all],
  scalars: 0,
  constants: [],
  instructions: [],
  outputs: [{ register: 0, extent: all }],
  ...attrs,
});

/** Numbers of both signs, and what is special about floats. */
function values(seed: number, length: number, special: boolean): number[] {
  const next = random(seed);
  const rare = [0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -1e-30, 0.5, -2.5];
  return Array.from({ length }, (_, i) => (special && i % 3 === 0 ? rare[(i / 3) % rare.length] : next(-3, 3)));
}

/** All kinds, three a program: each result goes through `where` to be a float. */
function describeKinds(name: string, backend: () => Backend, special: boolean): void {
  const chunks = <T>(list: readonly T[]) =>
    Array.from({ length: Math.ceil(list.length / 3) }, (_, i) => list.slice(3 * i, 3 * i + 3));
  const kinds = [
    ...chunks(unaryKinds.filter((kind) => kind !== "logicalNot")),
    ...chunks(binaryKinds.filter((kind) => !kind.startsWith("logical"))),
  ];
  it.each(kinds.map((list) => ({ list })))(`${name}: $list are what they are alone`, async ({ list }) => {
    const instructions: ElementwiseInstruction[] = [];
    const outputs = list.map((kind) => {
      const isUnary = unaryKinds.includes(kind as UnaryKind);
      instructions.push({ kind, operands: isUnary ? [0] : [0, 1] });
      const register = 3 + instructions.length;
      if (!gives.bool.has(kind)) return { register, extent: all };
      instructions.push({ kind: "where", operands: [register, 2, 3] });
      return { register: register + 1, extent: all };
    });
    const attrs = program({ constants: [1, 0], instructions, outputs });
    const n = 91;
    const [x, y] = [7, 8].map((seed) => {
      const data = values(seed, n, special);
      return host("f32", [n], (i) => data[(i * seed) % n]);
    });
    const layout = { dtype: "f32", shape: [n] } as const;
    const { kernels } = backend();
    const results = await callAll(backend(), kernels.elementwise!, {
      inputs: [x, y],
      outputs: list.map(() => layout),
      attrs,
    });
    for (const [i, kind] of list.entries()) {
      const out = { ...layout, dtype: gives.bool.has(kind) ? ("bool" as const) : ("f32" as const) };
      const wanted = unaryKinds.includes(kind as UnaryKind)
        ? await call(backend(), kernels.unary, [x], out, { kind: kind as UnaryKind })
        : await call(backend(), kernels.binary, [x, y], out, { kind: kind as BinaryKind });
      expect([kind, results[i]]).toEqual([kind, wanted]);
    }
  });
}

function describePrograms(backend: () => Backend): void {
  const kernel = () => backend().kernels.elementwise!;

  it("chooses by masks", async () => {
    // x > 0 and not isNaN(y) ? x : y
    const attrs = program({
      constants: [0],
      instructions: [
        { kind: "greater", operands: [0, 2] },
        { kind: "isNaN", operands: [1] },
        { kind: "logicalNot", operands: [4] },
        { kind: "logicalAnd", operands: [3, 5] },
        { kind: "where", operands: [6, 0, 1] },
      ],
      outputs: [{ register: 7, extent: all }],
    });
    const x = host("f32", [4], (i) => [1, -1, 2, Number.NaN][i]);
    const y = host("f32", [4], (i) => [Number.NaN, 5, 6, 7][i]);
    const [got] = await callAll(backend(), kernel(), { inputs: [x, y], outputs: [x], attrs });
    expect(got).toEqual([Number.NaN, 5, 2, 7]);
  });

  it("takes strided and expanded inputs, single numbers in and out, scalars and constants", async () => {
    const attrs = program({
      inputs: [all, all, one],
      scalars: 1,
      constants: [0.5],
      instructions: [
        { kind: "mul", operands: [0, 1] },
        { kind: "sub", operands: [5, 2] },
        { kind: "add", operands: [2, 3] },
        { kind: "mul", operands: [7, 4] },
      ],
      outputs: [
        { register: 6, extent: all },
        { register: 8, extent: one },
        { register: 4, extent: all },
      ],
    });
    const matrix = { dtype: "f32", shape: [2, 3] } as const;
    const inputs = [
      host("f32", [2, 3], (i) => i, [1, 2], 1, 7),
      host("f32", [2, 3], (i) => 10 * i, [0, -1], 2, 3),
      host("f32", [], () => 7),
    ];
    const outputs = [matrix, { dtype: "f32", shape: [] } as const, matrix];
    expect(await callAll(backend(), kernel(), { inputs, outputs, attrs, scalars: [3] })).toEqual([
      [1 * 20 - 7, 3 * 10 - 7, -7, 2 * 20 - 7, 4 * 10 - 7, -7],
      [5],
      [0.5, 0.5, 0.5, 0.5, 0.5, 0.5],
    ]);
  });

  // [p, g, a, b, t] → [p - g, b, a + p, t + 1]: outputs trade places, and a number is overwritten that all read.
  const step = program({
    inputs: [all, all, all, all, one],
    scalars: 1,
    instructions: [
      { kind: "sub", operands: [0, 1] },
      { kind: "mul", operands: [6, 4] },
      { kind: "add", operands: [2, 0] },
      { kind: "add", operands: [4, 5] },
    ],
    outputs: [
      { register: 7, extent: all },
      { register: 3, extent: all },
      { register: 8, extent: all },
      { register: 9, extent: one },
    ],
  });
  it.each(["in place", "not in place"])("steps groups of tensors, %s where it can be", async (how) => {
    const sizes = [3, 700];
    const tensor = (data: readonly number[], shape: readonly number[]) =>
      upload(backend(), "f32", shape, Float32Array.from(data));
    const groups = sizes.map((n) => Array.from({ length: 4 }, (_, k) => values(n + k, n, false).map(Math.fround)));
    const inputs = groups.flatMap((group, i) => [...group.map((data) => tensor(data, [sizes[i]])), tensor([2], [])]);
    const donated = how === "in place" && kernel().inPlace !== undefined;
    const outputs = sizes.flatMap((_, i): Operand[] =>
      [0, 2, 3, 4].map((k) => {
        const input = inputs[5 * i + k];
        return donated ? input : tensor(new Array(input.shape[0] ?? 1).fill(0), input.shape);
      }),
    );
    kernel().run({ inputs, outputs, attrs: step, scalars: [1], saved: [] });
    const got = await Promise.all(outputs.map(async ({ buffer }) => [...(await backend().read(buffer))]));
    const wanted = groups.flatMap(([p, g, a, b]) => [
      p.map((x, i) => Math.fround(Math.fround(x - g[i]) * 2)),
      b,
      a.map((x, i) => Math.fround(x + p[i])),
      [3],
    ]);
    expect(got).toEqual(wanted);
    for (const buffer of new Set<BufferHandle>([...inputs, ...outputs].map(({ buffer }) => buffer))) {
      backend().free(buffer);
    }
  });

  it("takes the program of another object for the same where it says the same", async () => {
    const attrs = () =>
      program({ instructions: [{ kind: "atan2", operands: [0, 1] }], outputs: [{ register: 2, extent: all }] });
    const x = host("f32", [2], () => 1);
    for (let i = 0; i < 2; i++) {
      const [got] = await callAll(backend(), kernel(), { inputs: [x, x], outputs: [x], attrs: attrs() });
      expect(got[1]).toBeCloseTo(Math.PI / 4, 6);
    }
  });

  it("leaves f64 and programs that are too large to the composed form", () => {
    const layout = { dtype: "f32", shape: [2], strides: [1], offset: 0 } as const;
    const inputs = new Array<"all">(40).fill(all);
    const instructions = inputs
      .slice(1)
      .map((_, i) => ({ kind: "add" as const, operands: [i === 0 ? 0 : 39 + i, i + 1] }));
    const large = program({ inputs, instructions, outputs: [{ register: 78, extent: all }] });
    expect(
      kernel().accepts!(
        inputs.map(() => layout),
        large,
      ),
    ).toBe(false);
    expect(kernel().accepts!([layout, layout], program({}))).toBe(true);
    expect(kernel().accepts!([layout, { ...layout, dtype: "f64" }], program({}))).toBe(false);
  });
}

describe.each(modes)("programs in %s mode", (mode) => {
  const engine = new TestEngine(mode);
  const backend = backendOver(engine);
  // The modes for tests are not at home with NaN.
  describeKinds("finite numbers", () => backend, false);
  describePrograms(() => backend);

  it("compiles nothing twice", () => {
    const keys = [...engine.programs.keys()];
    expect(keys.length).toBeGreaterThan(0);
    const bodies = keys.filter((key) => key.startsWith("elementwise.")).map((key) => engine.programs.get(key)!.body);
    expect(new Set(bodies).size).toBe(bodies.length);
  });
});

describeOnDevice("programs in WGSL", (backend) => {
  describeKinds("all numbers", backend, true);
  describePrograms(backend);

  it("copies first where inputs and outputs together are more than the device binds", async () => {
    const count = Math.min(backend().capabilities.maxInputs + 1, 17);
    const others = Array.from({ length: count - 1 }, (_, i) => (i === 0 ? 0 : i + 1));
    // [p, g, ...state] → [p + g, ...state + g]
    const attrs = program({
      inputs: new Array<"all">(count).fill(all),
      instructions: others.map((input) => ({ kind: "add", operands: [input, 1] })),
      outputs: others.map((_, i) => ({ register: count + i, extent: all })),
    });
    // Transposed, so that the copy has to follow strides.
    const inputs = Array.from({ length: count }, (_, k) => host("f32", [2, 3], (i) => 10 * k + i, [1, 2]));
    const outputs = others.map(() => ({ dtype: "f32", shape: [2, 3] }) as const);
    const kernel = backend().kernels.elementwise!;
    expect(kernel.accepts!(inputs, attrs)).toBe(true);
    const got = await callAll(backend(), kernel, { inputs, outputs, attrs });
    expect(got).toEqual(others.map((k) => [0, 2, 4, 1, 3, 5].map((i) => 10 * k + i + 10 + i)));
  });
});
