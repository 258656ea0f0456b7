import type { ElementwiseAttrs, ElementwiseExtent, ElementwiseInstruction, Operand } from "@nn/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, operand, run } from "../test-helpers.js";

const { elementwise, unary, binary, where } = backend.kernels;

const conditions = new Set([
  "less",
  "greaterEqual",
  "notEqual",
  "equal",
  "isNaN",
  "logicalNot",
  "logicalAnd",
  "logicalOr",
]);
// biome-ignore format: a table
const one = ["neg", "abs", "sign", "square", "sqrt", "rsqrt", "reciprocal", "exp", "expm1", "log", "log1p", "sin", "cos", "tanh", "sigmoid", "softplus", "erf", "relu", "floor", "ceil", "round"] as const;
const two = ["add", "sub", "mul", "div", "mod", "pow", "maximum", "minimum", "atan2"] as const;

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

describe("elementwise", () => {
  it("gives the bits that its instructions give one by one", () => {
    fc.assert(
      fc.property(programs, fc.integer({ min: 1, max: 1300 }), (attrs, n) => {
        const lists = [values(n, 1), values(1, 2), values(n, 3)];
        const inputs = [operand("f32", [n], lists[0]), operand("f32", [], lists[1]), operand("f32", [n], lists[2])];
        const outputs = attrs.outputs.map(() => ["f32", [n]] as const);
        expect(run(elementwise, inputs, outputs, attrs, [0.75])).toEqual(stepByStep(attrs, lists, [0.75], n));
      }),
      { numRuns: 150 },
    );
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
    for (const n of [3, 700]) {
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
