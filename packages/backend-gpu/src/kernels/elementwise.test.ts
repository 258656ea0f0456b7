import type { BinaryKind, UnaryKind } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backendOver } from "../backend-over.js";
import { call, elementAt, expected, host, random } from "../testing/harness.js";
import { modes, TestEngine } from "../testing/test-engine.js";

function expectClose(actual: readonly number[], wanted: readonly number[], tolerance = 1e-6): void {
  expect(actual.length).toBe(wanted.length);
  wanted.forEach((value, i) => {
    if (Number.isFinite(value))
      expect(Math.abs(actual[i] - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
    else expect(actual[i]).toBe(value);
  });
}

describe.each(modes)("%s mode", (mode) => {
  const backend = backendOver(new TestEngine(mode));
  const { kernels } = backend;
  const halfEven = (x: number) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));
  const unaryCases: readonly (readonly [UnaryKind, (x: number) => number, number, number])[] = [
    ["neg", (x) => -x, -3, 3],
    ["abs", Math.abs, -3, 3],
    ["sign", Math.sign, -3, 3],
    ["square", (x) => x * x, -3, 3],
    ["sqrt", Math.sqrt, 0, 9],
    ["rsqrt", (x) => 1 / Math.sqrt(x), 0.1, 9],
    ["reciprocal", (x) => 1 / x, 0.1, 9],
    ["exp", Math.exp, -4, 4],
    ["expm1", Math.expm1, -0.1, 0.1],
    ["log", Math.log, 0.01, 5],
    ["log1p", Math.log1p, -0.1, 0.1],
    ["sin", Math.sin, -4, 4],
    ["cos", Math.cos, -4, 4],
    ["tanh", Math.tanh, -4, 4],
    ["sigmoid", (x) => 1 / (1 + Math.exp(-x)), -6, 6],
    ["softplus", (x) => Math.log1p(Math.exp(x)), -6, 6],
    ["relu", (x) => Math.max(x, 0), -3, 3],
    ["floor", Math.floor, -3, 3],
    ["ceil", Math.ceil, -3, 3],
    ["round", halfEven, -3, 3],
  ];

  describe("unary", () => {
    it.each(unaryCases)("%s on a permuted, flipped view with an offset", async (kind, f, low, high) => {
      const next = random(3);
      const x = host("f32", [4, 2, 3], () => next(low, high), [1, -12, 4], 15, 27);
      const wanted = expected(x.shape, (at) => f(elementAt(x, at)));
      expectClose(await call(backend, kernels.unary, [x], { dtype: "f32", shape: x.shape }, { kind }), wanted);
    });

    it("rounds halves to even, tells NaN and negates masks", async () => {
      const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5];
      const x = host("f32", [6], (i) => halves[i]);
      expectClose(await call(backend, kernels.unary, [x], x, { kind: "round" }), [-2, -2, 0, 0, 2, 2]);
      const special = [Number.NaN, 1, 0, Number.POSITIVE_INFINITY, -1, Number.NaN];
      const y = host("f32", [6], (i) => special[i]);
      const mask = { dtype: "bool", shape: [6] } as const;
      expect(await call(backend, kernels.unary, [y], mask, { kind: "isNaN" })).toEqual([1, 0, 0, 0, 0, 1]);
      const z = host("bool", [6], (i) => i % 2);
      expect(await call(backend, kernels.unary, [z], mask, { kind: "logicalNot" })).toEqual([1, 0, 1, 0, 1, 0]);
    });

    it("gives erf to f32 precision", async () => {
      const x = host("f32", [3], (i) => [-1, 0.5, 2][i]);
      expectClose(await call(backend, kernels.unary, [x], x, { kind: "erf" }), [-0.8427008, 0.5204999, 0.9953223]);
    });
  });

  const mod = (x: number, y: number) => x - Math.floor(x / y) * y;
  const binaryCases: readonly (readonly [BinaryKind, "f32" | "i32" | "bool", (x: number, y: number) => number])[] = [
    ["add", "f32", (x, y) => x + y],
    ["sub", "f32", (x, y) => x - y],
    ["mul", "f32", (x, y) => x * y],
    ["div", "f32", (x, y) => x / y],
    ["mod", "f32", mod],
    ["maximum", "f32", Math.max],
    ["minimum", "f32", Math.min],
    ["atan2", "f32", Math.atan2],
    ["div", "i32", (x, y) => Math.trunc(x / y)],
    ["mod", "i32", mod],
    ["pow", "i32", (x, y) => x ** Math.abs(y)],
    ["equal", "bool", (x, y) => Number(x === y)],
    ["notEqual", "bool", (x, y) => Number(x !== y)],
    ["less", "bool", (x, y) => Number(x < y)],
    ["lessEqual", "bool", (x, y) => Number(x <= y)],
    ["greater", "bool", (x, y) => Number(x > y)],
    ["greaterEqual", "bool", (x, y) => Number(x >= y)],
    ["logicalAnd", "bool", (x, y) => Number(x !== 0 && y !== 0)],
    ["logicalOr", "bool", (x, y) => Number(x !== 0 || y !== 0)],
  ];

  describe("binary", () => {
    it.each(binaryCases)("%s to %s, one side expanded, the other transposed, rank 8", async (kind, dtype, f) => {
      const next = random(5);
      const shape = [2, 1, 3, 2, 1, 2, 1, 2];
      const operand = dtype === "f32" ? "f32" : "i32";
      const value = () => {
        const v = next(-4, 4);
        return operand === "f32" ? v : kind.startsWith("logical") ? Math.trunc(v / 3) : Math.trunc(v) || 3;
      };
      const x = host(operand, shape, value, [24, 0, 1, 12, 5, 3, 0, 6], 0, 48);
      const y = host(operand, shape, kind === "pow" ? () => Math.abs(value()) : value, [0, 7, 2, 0, 0, 1, 0, 0], 1, 7);
      const wanted = expected(shape, (at) => f(elementAt(x, at), elementAt(y, at)));
      expectClose(await call(backend, kernels.binary, [x, y], { dtype, shape }, { kind }), wanted);
    });

    it("keeps NaN in maximum, and signs in pow", async () => {
      const x = host("f32", [4], (i) => [Number.NaN, 1, -2, -2][i]);
      const y = host("f32", [4], (i) => [1, Number.NaN, 3, 0.5][i]);
      expect(await call(backend, kernels.binary, [x, y], x, { kind: "maximum" })).toEqual([NaN, NaN, 3, 0.5]);
      expectClose((await call(backend, kernels.binary, [x, y], x, { kind: "pow" })).slice(2), [-8, Number.NaN]);
    });
  });

  describe("where, cast, fill", () => {
    it("chooses between expanded operands", async () => {
      const c = host("bool", [2, 3], (i) => i % 2, [0, 1], 1, 4);
      const a = host("f32", [2, 3], (i) => i, [1, 2]);
      const b = host("f32", [2, 3], () => -7, [0, 0], 0, 1);
      const wanted = expected([2, 3], (at) => (elementAt(c, at) ? elementAt(a, at) : -7));
      expect(await call(backend, kernels.where, [c, a, b], a, undefined)).toEqual(wanted);
    });

    it("truncates to i32 and tells zero from the rest for bool", async () => {
      const x = host("f32", [5], (i) => [-1.7, 1.7, 0, 0.2, 300][i], [-1], 4);
      const cast = (dtype: "i32" | "bool") => call(backend, kernels.cast, [x], { dtype, shape: [5] }, undefined);
      expect(await cast("i32")).toEqual([300, 0, 0, 1, -1]);
      expect(await cast("bool")).toEqual([1, 1, 0, 1, 1]);
    });

    it("fills, also a scalar, also with infinity", async () => {
      const fill = (shape: number[], value: number) =>
        call(backend, kernels.fill, [], { dtype: "f32", shape }, undefined, [value]);
      expect(await fill([2, 2], 0.5)).toEqual([0.5, 0.5, 0.5, 0.5]);
      expect(await fill([], Number.NEGATIVE_INFINITY)).toEqual([Number.NEGATIVE_INFINITY]);
    });
  });

  it("compiles once per kind and number of dimensions that cannot be merged, whatever the shapes", async () => {
    const engine = new TestEngine(mode);
    const other = backendOver(engine);
    for (const shape of [
      [2, 3],
      [5, 1],
      [1, 7],
    ]) {
      const x = host("f32", shape, (i) => i);
      expect(await call(other, other.kernels.unary, [x], x, { kind: "neg" })).toEqual(Array.from(x.data, (v) => -v));
    }
    expect([...engine.programs.keys()]).toEqual(["unary.neg/1"]);
  });
});
