import type { UnaryKind } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backend, dense, elements, expectClose, laid, layouts, run, stored } from "../test-helpers.js";

const functions: Record<UnaryKind, (x: number) => number> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  square: (x) => x * x,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  reciprocal: (x) => 1 / x,
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  erf: series,
  relu: (x) => (x < 0 ? 0 : x),
  floor: Math.floor,
  ceil: Math.ceil,
  round: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
  logicalNot: (x) => (x === 0 ? 1 : 0),
  isNaN: (x) => (Number.isNaN(x) ? 1 : 0),
};

/** erf by its Taylor series, which is exact enough up to 3. */
function series(x: number): number {
  if (!(Math.abs(x) < 3.5)) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const edges = [0, -0, 0.5, -0.5, 1.5, 2.5, -2.5, 1e-9, -1e-9, 3, -3, 88, -88, 710, -710, 745, 1e30, -1e30];
const special = [Infinity, -Infinity, NaN];

describe("unary", () => {
  for (const [kind, f] of Object.entries(functions) as [UnaryKind, (x: number) => number][]) {
    const bool = kind === "logicalNot" || kind === "isNaN";

    it.each(["f32", "f64"] as const)(`${kind} of edge values, %s`, (dtype) => {
      // sin and cos of 1e30 differ by what f32 rounds away, and the series does not know large numbers.
      const list = stored(
        dtype,
        kind === "sin" || kind === "cos" ? [...edges.slice(0, 11), ...special] : [...edges, ...special],
      );
      const [out] = run(
        backend.kernels.unary,
        [dense(dtype, [list.length], list)],
        [[bool ? "bool" : dtype, [list.length]]],
        { kind },
      );
      expectClose(out, stored(bool ? "bool" : dtype, list.map(f)), dtype === "f32" ? 2e-7 : 1e-13);
    });

    it.each(layouts)(`${kind} of a %s operand`, (layout) => {
      const input = laid(layout, "f64", [3, 2, 5]);
      const [out] = run(backend.kernels.unary, [input], [[bool ? "bool" : "f64", [3, 2, 5]]], { kind });
      expectClose(out, elements(input).map(f), 1e-13);
    });
  }

  it.each(["neg", "abs", "sign", "square", "relu"] as const)("%s of i32", (kind) => {
    const list = [0, 1, -1, 7, -40000];
    const [out] = run(backend.kernels.unary, [dense("i32", [5], list)], [["i32", [5]]], { kind });
    expect(out).toEqual(stored("i32", list.map(functions[kind])));
  });

  it("takes a scalar", () => {
    expect(run(backend.kernels.unary, [dense("f32", [], [4])], [["f32", []]], { kind: "sqrt" })).toEqual([[2]]);
  });
});
