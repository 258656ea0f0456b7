import type { UnaryKind } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backend, expectClose, layouts, matrix, operand, run } from "../test-helpers.js";

const f = Math.fround;
const { unary } = backend.kernels;
const apply = (kind: UnaryKind, list: readonly number[]) =>
  run(unary, [operand("f32", [list.length], list)], [["f32", [list.length]]], { kind })[0];

/** Points of [low, high], evenly and as f32. */
function range(low: number, high: number, count = 20_001): number[] {
  return Array.from({ length: count }, (_, i) => f(low + ((high - low) * i) / (count - 1)));
}

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

describe("unary, relative error", () => {
  it.each([
    ["exp", Math.exp, [-87.3, 88.7], 2e-7],
    ["expm1", Math.expm1, [-90, 88.7], 2e-7],
    ["expm1", Math.expm1, [-1, 1], 2e-7],
    ["log", Math.log, [0.001, 1000], 1.5e-7],
    ["log", Math.log, [0.9, 1.1], 1.5e-7],
    ["log1p", Math.log1p, [-0.999, 10], 2e-7],
    ["log1p", Math.log1p, [-1e-3, 1e-3], 2e-7],
    ["tanh", Math.tanh, [-10, 10], 3.2e-7],
    ["sigmoid", sigmoid, [-87, 87], 2.5e-7],
    ["softplus", softplus, [-80, 80], 3e-7],
    ["erf", erf, [-3, 3], 4.2e-7],
  ] as const)("%s", (kind, reference, [low, high], tolerance) => {
    const list = range(low, high);
    expectClose(apply(kind, list), list.map(reference), tolerance);
  });

  it.each(["sin", "cos"] as const)("%s, also of large arguments", (kind) => {
    for (const bound of [4, 1000, 1e6, 1e12]) {
      const list = range(-bound, bound);
      expectClose(apply(kind, list), list.map(Math[kind]), 3e-7, 1e-2);
    }
  });
});

/** The Taylor series: exact enough up to 3. */
function erf(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

describe("unary, limits", () => {
  const [inf, nan] = [Infinity, NaN];
  it.each([
    ["exp", [inf, -inf, nan, 89, -104, 88.72, 0], [inf, 0, nan, inf, 0, f(Math.exp(f(88.72))), 1]],
    ["expm1", [inf, -inf, nan, 89, -104, -0], [inf, -1, nan, inf, -1, -0]],
    ["log", [inf, -inf, nan, 0, -0, -1, 1, 1e-45], [inf, nan, nan, -inf, -inf, nan, 0, f(Math.log(f(1e-45)))]],
    ["log1p", [inf, -inf, nan, -1, -2, 0, -0], [inf, nan, nan, -inf, nan, 0, -0]],
    ["tanh", [inf, -inf, nan, 20, -20, 0, -0], [1, -1, nan, 1, -1, 0, -0]],
    ["sigmoid", [inf, -inf, nan, 100, -104, 0], [1, 0, nan, 1, 0, 0.5]],
    ["softplus", [inf, -inf, nan, 1e30, -200], [inf, 0, nan, f(1e30), 0]],
    ["erf", [inf, -inf, nan, 10, -10, 0, -0], [1, -1, nan, 1, -1, 0, -0]],
    ["sin", [inf, -inf, nan, 0, -0], [nan, nan, nan, 0, -0]],
    ["cos", [inf, -inf, nan, 0], [nan, nan, nan, 1]],
    ["sign", [inf, -inf, nan, 0, -0, 1e-45], [1, -1, nan, 0, -0, 1]],
    ["round", [0.5, 1.5, 2.5, -0.5, nan, inf], [0, 2, 2, -0, nan, inf]],
    ["relu", [inf, -inf, nan, -1, 2], [inf, 0, nan, 0, 2]],
    ["sqrt", [inf, -1, nan, 0, 4], [inf, nan, nan, 0, 2]],
    ["rsqrt", [inf, -1, 0, 4], [0, nan, inf, 0.5]],
    ["reciprocal", [inf, 0, -0, 4], [0, inf, -inf, 0.25]],
  ] as const)("%s", (kind, list, expected) => {
    const result = apply(kind, list);
    expectClose(result, expected, 2e-7);
    result.forEach(
      (y, i) => y === 0 && expect(Object.is(y, -0), `sign of ${kind}(${list[i]})`).toBe(Object.is(expected[i], -0)),
    );
  });

  it("no tanh is beyond 1", () => {
    expect(Math.max(...apply("tanh", range(5, 15)))).toBe(1);
  });
});

describe("unary, layouts", () => {
  it.each(layouts)("%s", (lay) => {
    const { x, list } = matrix(lay, "f32", [5, 7]);
    expect(run(unary, [x], [["f32", [5, 7]]], { kind: "neg" })[0]).toEqual(list.map((v) => -v));
  });

  it("any length from 0 lanes over a vector to 67 elements", () => {
    for (let n = 1; n <= 67; n++) {
      const list = range(-3, 3, n + 1).slice(1);
      expect(apply("square", list)).toEqual(list.map((x) => f(x * x)));
      expectClose(apply("exp", list), list.map(Math.exp), 2e-7);
    }
  });

  it.each([
    ["f32", "logicalNot", [0, -0, 1, NaN], [1, 1, 0, 0]],
    ["f32", "isNaN", [0, Infinity, 1, NaN], [0, 0, 0, 1]],
    ["i32", "logicalNot", [0, 1, -1, 256], [1, 0, 0, 0]],
    ["i32", "isNaN", [0, 1, -1, 256], [0, 0, 0, 0]],
    ["bool", "logicalNot", [0, 1, 1, 0], [1, 0, 0, 1]],
  ] as const)("of %s, %s gives bool", (dtype, kind, list, expected) => {
    for (let n = 1; n <= 67; n++) {
      const repeat = (some: readonly number[]) => Array.from({ length: n }, (_, i) => some[i % 4]);
      expect(run(unary, [operand(dtype, [n], repeat(list))], [["bool", [n]]], { kind })[0]).toEqual(repeat(expected));
    }
  });
});
