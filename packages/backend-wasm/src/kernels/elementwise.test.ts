import type { ElementwiseAttrs, ElementwiseExtent, ElementwiseInstruction, Operand } from "@nn/backend";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { backend, operand, run } from "../test-helpers.js";

const { elementwise, unary, binary, where } = backend.kernels;

const conditions = new Set([
  "equal",
  "notEqual",
  "less",
  "lessEqual",
  "greater",
  "greaterEqual",
  "isNaN",
  "logicalNot",
  "logicalAnd",
  "logicalOr",
]);
// biome-ignore format: a table
const one = ["neg", "abs", "sign", "square", "sqrt", "rsqrt", "reciprocal", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid", "softplus", "erf", "relu", "floor", "ceil", "round"] as const;
const two = ["add", "sub", "mul", "div", "mod", "pow", "maximum", "minimum", "atan2"] as const;

const compared = ["equal", "notEqual", "less", "lessEqual", "greater", "greaterEqual"] as const;

/** What the program gives instruction by instruction, with the kernels of the single ops. */
function stepByStep(
  attrs: ElementwiseAttrs,
  inputs: readonly (readonly number[])[],
  scalars: readonly number[],
  n: number,
) {
  const registers = [...inputs, ...scalars.map((s) => [s]), ...attrs.constants.map((c) => [c])];
  for (const { kind, operands } of attrs.instructions) {
    const given = operands.map((register): Operand => {
      const data = registers[register];
      const isCondition = conditions.has(kinds(attrs)[register]);
      return operand(isCondition ? "bool" : "f32", [n], data, [data.length === 1 ? 0 : 1]);
    });
    const out = [[conditions.has(kind) ? "bool" : "f32", [n]]] as const;
    const [z] =
      kind === "where"
        ? run(where, given, out, undefined)
        : given.length === 1
          ? run(unary, given, out, { kind: kind as "neg" })
          : run(binary, given, out, { kind: kind as "add" });
    registers.push(z);
  }
  return attrs.outputs.map(({ register, extent }) =>
    extent === "one"
      ? registers[register].slice(0, 1)
      : Array.from({ length: n }, (_, i) => registers[register].at(i % registers[register].length)!),
  );
}

/** The kind that made each register. */
function kinds({ inputs, scalars, constants, instructions }: ElementwiseAttrs): string[] {
  return [
    ...new Array<string>(inputs.length + scalars + constants.length).fill(""),
    ...instructions.map(({ kind }) => kind),
  ];
}

const all = "all" as const;
const program = (attrs: Partial<ElementwiseAttrs>): ElementwiseAttrs => ({
  inputs: [all, all],
  scalars: 1,
  constants: [0.5],
  instructions: [],
  outputs: [{ register: 0, extent: all }],
  ...attrs,
});

/** Programs of random instructions over two tensors, a tensor of one element, a scalar and a constant. */
const programs = fc
  .array(fc.tuple(fc.nat(), fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 14 })
  .map((draws) => {
    const inputs: ElementwiseExtent[] = ["all", "one", "all"];
    const instructions: ElementwiseInstruction[] = [];
    const floats = [0, 1, 2, 3, 4];
    const masks: number[] = [];
    const pick = (list: readonly number[], draw: number) => list[draw % list.length];
    draws.forEach(([which, a, b, c], i) => {
      const [x, y, z] = [pick(floats, a), pick(floats, b), pick(floats, c)];
      const choice = which % 10;
      if (choice === 0)
        instructions.push({ kind: (["less", "greaterEqual", "notEqual"] as const)[a % 3], operands: [x, y] });
      else if (choice === 1 && masks.length > 0) instructions.push({ kind: "where", operands: [pick(masks, a), y, z] });
      else if (choice === 2 && masks.length > 1)
        instructions.push({
          kind: (["logicalAnd", "logicalOr"] as const)[c % 2],
          operands: [pick(masks, a), pick(masks, b)],
        });
      else if (choice === 3 && masks.length > 0) instructions.push({ kind: "logicalNot", operands: [pick(masks, a)] });
      else if (choice === 4) instructions.push({ kind: "isNaN", operands: [x] });
      else if (choice === 5) instructions.push({ kind: one[b % one.length], operands: [x] });
      else if (choice === 6) instructions.push({ kind: two[c % two.length], operands: [x, y] });
      else instructions.push({ kind: (["mul", "add", "sub"] as const)[c % 3], operands: [x, y] });
      (conditions.has(instructions[i].kind) ? masks : floats).push(5 + i);
    });
    const outputs = [floats.at(-1)!, floats[draws[0][3] % floats.length]].map((register) => ({
      register,
      extent: all,
    }));
    return program({ inputs, instructions, outputs });
  });

/** Uses a program so much that it becomes a function; what it gave before is not looked at. */
function wearIn(attrs: ElementwiseAttrs): void {
  const n = 2 ** 16;
  const make = (extent: ElementwiseExtent) => operand("f32", extent === "one" ? [] : [n], new Array(n).fill(1));
  const inputs = attrs.inputs.map(make);
  const outputs = attrs.outputs.map(({ extent }) => make(extent));
  elementwise!.run({ inputs, outputs, attrs, scalars: [0.75], saved: [] });
  for (const { buffer } of [...inputs, ...outputs]) backend.free(buffer);
}

describe("elementwise", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("gives the bits that its instructions give one by one, at first and as a function", () => {
    const module = vi.spyOn(WebAssembly, "Module");
    let functions = 0;
    fc.assert(
      fc.property(programs, fc.integer({ min: 2, max: 1300 }), (attrs, n) => {
        const lists = [values(n, 1), values(1, 2), values(n, 3)];
        const outputs = attrs.outputs.map(() => ["f32", [n]] as const);
        const expected = stepByStep(attrs, lists, [0.75], n);
        const once = () => {
          const inputs = [operand("f32", [n], lists[0]), operand("f32", [], lists[1]), operand("f32", [n], lists[2])];
          return run(elementwise, inputs, outputs, attrs, [0.75]);
        };
        expect(once()).toEqual(expected);
        expect(module).toHaveBeenCalledTimes(functions);
        wearIn(attrs);
        expect(once()).toEqual(expected);
        expect(module).toHaveBeenCalledTimes(++functions);
      }),
      { numRuns: 150 },
    );
  });

  it("is a function whatever the program has", () => {
    const module = vi.spyOn(WebAssembly, "Module");
    const kinds: ElementwiseInstruction[] = [
      ...one.map((kind) => ({ kind, operands: [0] })),
      ...two.map((kind) => ({ kind, operands: [0, 1] })),
      ...compared.map((kind) => ({ kind, operands: [0, 1] })),
    ];
    const floats = one.length + two.length;
    const conditions = [...kinds.keys()].slice(floats).map((i) => 4 + i);
    const [first, second, third] = conditions;
    const next = 4 + kinds.length;
    const attrs = program({
      instructions: [
        ...kinds,
        { kind: "isNaN", operands: [0] },
        { kind: "logicalNot", operands: [first] },
        { kind: "logicalAnd", operands: [next, next + 1] },
        { kind: "logicalOr", operands: [second, third] },
        ...[...conditions, next, next + 1, next + 2, next + 3].map((condition) => ({
          kind: "where" as const,
          operands: [condition, 0, 1],
        })),
      ],
    });
    const results = [
      ...kinds.slice(0, floats).map((_, i) => 4 + i),
      ...Array.from({ length: conditions.length + 4 }, (_, i) => next + 4 + i),
    ];
    const whole = { ...attrs, outputs: results.map((register) => ({ register, extent: all })) };
    wearIn(whole);
    for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 255, 256, 257, 511, 513]) {
      const lists = [values(n, 1), values(n, 2)];
      const inputs = lists.map((list) => operand("f32", [n], list));
      const outputs = results.map(() => ["f32", [n]] as const);
      expect(run(elementwise, inputs, outputs, whole, [0.75])).toEqual(stepByStep(whole, lists, [0.75], n));
    }
    expect(module).toHaveBeenCalledTimes(1);
  });

  it("takes strided and expanded inputs, and single numbers out", () => {
    const attrs = program({
      instructions: [
        { kind: "mul", operands: [0, 1] },
        { kind: "add", operands: [2, 3] },
      ],
      outputs: [
        { register: 4, extent: "all" },
        { register: 5, extent: "one" },
      ],
    });
    const transposed = operand("f32", [2, 3], [1, 2, 3, 4, 5, 6], [1, 2]);
    const expanded = operand("f32", [2, 3], [10], [0, 0]);
    const out = [
      ["f32", [2, 3]],
      ["f32", []],
    ] as const;
    expect(run(elementwise, [transposed, expanded], out, attrs, [2])).toEqual([[10, 30, 50, 20, 40, 60], [2.5]]);
  });

  it("works in place on groups, also where outputs trade places", () => {
    const module = vi.spyOn(WebAssembly, "Module");
    // [p, g, a, b] → [p - g, b, a + p]
    const attrs = program({
      inputs: [all, all, all, all],
      instructions: [
        { kind: "sub", operands: [0, 1] },
        { kind: "add", operands: [2, 0] },
      ],
      outputs: [
        { register: 6, extent: "all" },
        { register: 3, extent: "all" },
        { register: 7, extent: "all" },
      ],
    });
    // From the second on with a function.
    for (const n of [3, 70_000, 700, 5]) {
      if (n === 5) expect(module).toHaveBeenCalledTimes(1);
      const groups = [0, 1].map((group) => Array.from({ length: 4 }, (_, i) => values(n, 10 * group + i)));
      const inputs = groups.flat().map((list) => operand("f32", [n], list));
      const outputs = [0, 2, 3, 4, 6, 7].map((i) => inputs[i]);
      elementwise!.run({ inputs, outputs, attrs, scalars: [0], saved: [] });
      const read = outputs.map(({ buffer }) => [...backend.readSync!(buffer)]);
      const expected = groups.flatMap(([p, g, a, b]) => [
        p.map((x, i) => Math.fround(x - g[i])),
        b,
        a.map((x, i) => Math.fround(x + p[i])),
      ]);
      expect(read).toEqual(expected);
      for (const { buffer } of inputs) backend.free(buffer);
    }
  });
});

/** Numbers of both signs, with zeros, infinities and NaN among them. */
function values(n: number, seed: number): number[] {
  const special = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e30, -1e-30];
  return Array.from({ length: n }, (_, i) => {
    const word = Math.imul(i * 97 + seed * 7919 + 1, 0x9e3779b1) >>> 0;
    return Math.fround(word % 29 === 0 ? special[(word >>> 8) % special.length] : word / 2 ** 30 - 2);
  });
}
