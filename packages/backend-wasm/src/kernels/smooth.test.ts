import { describe, expect, it } from "vitest";
import { backend, expectClose, layouts, matrix, operand, run } from "../test-helpers.js";

const { kernels } = backend;
const none = { approximate: "none" } as const;
const tanh = { approximate: "tanh" } as const;
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
const list = Array.from({ length: 4001 }, (_, i) => Math.fround((i - 2000) / 250));
const x = (of: readonly number[] = list) => operand("f32", [of.length], of);
const ones = () => x(list.map(() => 1));
const out = [["f32", [list.length]]] as const;

/** Φ: its Taylor series near zero, the continued fraction of the tail beyond. */
function normal(at: number): number {
  const z = Math.abs(at);
  if (z > 3) {
    let fraction = z;
    for (let k = 60; k > 0; k--) fraction = z + k / fraction;
    return at < 0 ? density(z) / fraction : 1 - density(z) / fraction;
  }
  let term = at;
  let sum = at;
  for (let k = 1; k < 80; k++) {
    term *= (at * at) / (2 * k + 1);
    sum += term;
  }
  return 0.5 + density(at) * sum;
}

describe("gelu and silu, relative error", () => {
  it("gelu keeps its digits far below zero", () => {
    expectClose(
      run(kernels.gelu, [x()], out, none)[0],
      list.map((v) => v * normal(v)),
      1e-5, // the exponent is rounded: at -8 it is -32
    );
  });

  it("geluGrad", () => {
    const [dx] = run(kernels.geluGrad, [ones(), x()], out, none);
    expectClose(
      dx,
      list.map((v) => normal(v) + v * density(v)),
      1e-6,
      1,
    );
  });

  it("by tanh, and silu: value and derivative", () => {
    const u = (v: number) => 2 * Math.sqrt(2 / Math.PI) * (v + 0.044715 * v ** 3);
    const inner = (v: number) => 2 * Math.sqrt(2 / Math.PI) * (v + 3 * 0.044715 * v ** 3);
    const slope = (p: number, by: number) => p + by * p * (1 - p);
    const byTanh = run(kernels.gelu, [x()], out, tanh)[0];
    const expected = list.map((v) => v * sigmoid(u(v)));
    expectClose(byTanh, expected, 1e-6, 1);
    const byTanhGrad = run(kernels.geluGrad, [ones(), x()], out, tanh)[0];
    const slopes = list.map((v) => slope(sigmoid(u(v)), inner(v)));
    expectClose(byTanhGrad, slopes, 2e-6, 1);
    const silus = list.map((v) => v * sigmoid(v));
    expectClose(run(kernels.silu, [x()], out, undefined)[0], silus, 1e-6);
    const siluSlopes = list.map((v) => slope(sigmoid(v), v));
    expectClose(run(kernels.siluGrad, [ones(), x()], out, undefined)[0], siluSlopes, 1e-6, 1);
  });

  it("limits", () => {
    const ends = [-Infinity, -1e30, -100, 100, Infinity, NaN];
    for (const attrs of [none, tanh]) {
      const [y] = run(kernels.gelu, [x(ends)], [["f32", [6]]], attrs);
      expect(y.map((v) => v + 0)).toEqual([0, 0, 0, 100, Infinity, NaN]);
    }
  });

  it.each(layouts)("%s", (lay) => {
    const m = matrix(lay, "f32", [5, 7]);
    const silus = m.list.map((v) => v * sigmoid(v));
    expectClose(run(kernels.silu, [m.x], [["f32", [5, 7]]], undefined)[0], silus, 1e-6);
  });
});

describe("dropout", () => {
  it("selects, of 1 to 67 elements: nothing comes through a false mask", () => {
    for (let n = 1; n <= 67; n++) {
      const some = Array.from({ length: n }, (_, i) => [NaN, 3, Infinity, -2][i % 4]);
      const mask = some.map((_, i) => i % 2);
      const inputs = [operand("f32", [n], some), operand("bool", [n], mask)];
      const [y] = run(kernels.dropout, inputs, [["f32", [n]]], undefined, [2]);
      expect(y).toEqual(some.map((v, i) => (mask[i] ? 2 * v : 0)));
    }
  });
});
