import type { BinaryKind } from "@nn/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, expectClose, layouts, matrix, operand, run } from "../test-helpers.js";

const { binary, where } = backend.kernels;
const f = Math.fround;

const arithmetic = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  maximum: (a: number, b: number) => Math.max(a, b),
  minimum: (a: number, b: number) => Math.min(a, b),
};
const comparisons = {
  equal: (a: number, b: number) => a === b,
  notEqual: (a: number, b: number) => a !== b,
  less: (a: number, b: number) => a < b,
  lessEqual: (a: number, b: number) => a <= b,
  greater: (a: number, b: number) => a > b,
  greaterEqual: (a: number, b: number) => a >= b,
  logicalAnd: (a: number, b: number) => a !== 0 && b !== 0,
  logicalOr: (a: number, b: number) => a !== 0 || b !== 0,
};
const size = fc.tuple(fc.integer({ min: 1, max: 67 }), fc.integer({ min: 1, max: 67 }));
const lay = fc.constantFrom(...layouts);

describe("binary", () => {
  it.each(Object.entries(arithmetic))("%s of any two layouts, f32 and i32", (kind, reference) => {
    fc.assert(
      fc.property(size, lay, lay, fc.constantFrom("f32" as const, "i32" as const), (shape, left, right, dtype) => {
        const a = matrix(left, dtype, shape);
        const b = matrix(right, dtype, shape);
        const [z] = run(binary, [a.x, b.x], [[dtype, shape]], { kind: kind as BinaryKind });
        // Integers have no negative zero.
        const zero = dtype === "i32" ? 0 : -0;
        expect(z).toEqual(a.list.map((v, i) => f(reference(v, b.list[i])) + zero));
      }),
      { numRuns: 40 },
    );
  });

  it.each(Object.entries(comparisons))("%s of any two layouts and every dtype", (kind, reference) => {
    const dtype = fc.constantFrom("f32" as const, "i32" as const, "bool" as const);
    fc.assert(
      fc.property(size, lay, lay, dtype, (shape, left, right, type) => {
        const a = matrix(left, type, shape);
        const b = matrix(right, type, shape);
        const [z] = run(binary, [a.x, b.x], [["bool", shape]], { kind: kind as BinaryKind });
        expect(z).toEqual(a.list.map((v, i) => Number(reference(v, b.list[i]))));
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    ["f32", "div", [1, -1, 0, 7], [0, 0, 0, 2], [Infinity, -Infinity, NaN, 3.5]],
    ["f32", "mod", [7, -7, 7, -7], [3, 3, -3, -3], [1, 2, -2, -1]],
    ["f32", "pow", [2, 1, -1, 0, -8], [10, NaN, Infinity, 0, 3], [1024, 1, 1, 1, -512]],
    ["f32", "maximum", [NaN, 1, -0], [1, NaN, 0], [NaN, NaN, 0]],
    ["f32", "atan2", [1, -1, 0], [1, -1, -1], [f(Math.PI / 4), f((-3 * Math.PI) / 4), f(Math.PI)]],
    ["i32", "div", [7, -7, 7, -(2 ** 31)], [2, 2, -2, 1], [3, -3, -3, -(2 ** 31)]],
    ["i32", "mod", [7, -7, 7, -7], [3, 3, -3, -3], [1, 2, -2, -1]],
    ["i32", "pow", [3, -2, 5, 1], [4, 3, 0, -1], [81, -8, 1, 1]],
  ] as const)("%s %s", (dtype, kind, a, b, expected) => {
    const n = a.length;
    const [z] = run(binary, [operand(dtype, [n], a), operand(dtype, [n], b)], [[dtype, [n]]], { kind });
    expectClose(z, expected, 1e-7);
  });

  it.each(["div", "mod", "pow"] as const)("%s of i32 by zero or an overflow gives some value", (kind) => {
    const pair = [operand("i32", [3], [1, -(2 ** 31), 0]), operand("i32", [3], [0, -1, 0])];
    expect(run(binary, pair, [["i32", [3]]], { kind })[0].length).toBe(3);
  });

  it.each([[2], [0.5], [-1], [3], [2.7]])("to the power of the number %f", (exponent) => {
    const base = [0.25, 1, 3, 7.5, 100];
    const spread = operand("f32", [5], [exponent], [0]);
    const [z] = run(binary, [operand("f32", [5], base), spread], [["f32", [5]]], { kind: "pow" });
    expectClose(
      z,
      base.map((x) => x ** f(exponent)),
      2e-7,
    );
  });
});

describe("where", () => {
  it("chooses between any layouts of every dtype", () => {
    const dtype = fc.constantFrom("f32" as const, "i32" as const, "bool" as const);
    fc.assert(
      fc.property(size, lay, lay, lay, dtype, (shape, first, second, third, type) => {
        const c = matrix(first, "bool", shape);
        const a = matrix(second, type, shape);
        const b = matrix(third, type, shape);
        const [z] = run(where, [c.x, a.x, b.x], [[type, shape]], undefined);
        expect(z).toEqual(c.list.map((chosen, i) => (chosen ? a.list[i] : b.list[i])));
      }),
    );
  });
});
