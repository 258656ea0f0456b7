import type { BinaryKind, DType } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backend, dense, elements, expectClose, laid, layouts, run, stored } from "../test-helpers.js";

const arithmetic: Partial<Record<BinaryKind, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  mod: (a, b) => (Number.isFinite(b) ? a - b * Math.floor(a / b) : NaN),
  pow: (a, b) => (a === 1 ? 1 : a ** b),
  maximum: Math.max,
  minimum: Math.min,
  atan2: Math.atan2,
};
const comparison: Partial<Record<BinaryKind, (a: number, b: number) => boolean>> = {
  equal: (a, b) => a === b,
  notEqual: (a, b) => a !== b,
  less: (a, b) => a < b,
  lessEqual: (a, b) => a <= b,
  greater: (a, b) => a > b,
  greaterEqual: (a, b) => a >= b,
  logicalAnd: (a, b) => a !== 0 && b !== 0,
  logicalOr: (a, b) => a !== 0 || b !== 0,
};
const kinds = { ...arithmetic, ...comparison } as Record<BinaryKind, (a: number, b: number) => number | boolean>;
const outputOf = (kind: BinaryKind, dtype: DType): DType => (kind in comparison ? "bool" : dtype);

describe("binary", () => {
  for (const kind of Object.keys(kinds) as BinaryKind[]) {
    it.each(layouts)(`${kind} of dense and %s operands, both ways round`, (layout) => {
      const a = laid("dense", "f64", [3, 4, 5]);
      const b = laid(layout, "f64", [3, 4, 5]);
      for (const inputs of [
        [a, b],
        [b, a],
      ]) {
        const [out] = run(backend.kernels.binary, inputs, [[outputOf(kind, "f64"), [3, 4, 5]]], { kind });
        const y = elements(inputs[1]);
        expectClose(
          out,
          elements(inputs[0]).map((x, i) => Number(kinds[kind](x, y[i]))),
          1e-13,
        );
      }
    });
  }

  it.each(["f32", "f64"] as const)("keeps NaN and infinities in %s", (dtype) => {
    const list = [0, 1, -1, Infinity, -Infinity, NaN];
    const x = list.flatMap((value) => list.map(() => value));
    const y = list.flatMap(() => list);
    const inputs = [dense(dtype, [36], x), dense(dtype, [36], y)];
    for (const kind of ["add", "sub", "mul", "div", "maximum", "minimum", ...Object.keys(comparison)] as BinaryKind[]) {
      const [out] = run(backend.kernels.binary, inputs, [[outputOf(kind, dtype), [36]]], { kind });
      expectClose(
        out,
        x.map((a, i) => Number(kinds[kind](a, y[i]))),
        0,
      );
    }
  });

  it("gives mod the sign of the divisor", () => {
    const inputs = [dense("i32", [4], [7, -7, 7, -7]), dense("i32", [4], [3, 3, -3, -3])];
    expect(run(backend.kernels.binary, inputs, [["i32", [4]]], { kind: "mod" })[0]).toEqual([1, 2, -2, -1]);
  });

  it("truncates div of i32 toward zero", () => {
    const inputs = [dense("i32", [4], [7, -7, 7, -7]), dense("i32", [4], [2, 2, -2, -2])];
    expect(run(backend.kernels.binary, inputs, [["i32", [4]]], { kind: "div" })[0]).toEqual([3, -3, -3, 3]);
  });

  it("follows IEEE 754 in pow", () => {
    const a = [1, 1, -1, 0, NaN, 2];
    const b = [NaN, Infinity, -Infinity, 0, 0, -1];
    const inputs = [dense("f64", [6], a), dense("f64", [6], b)];
    expect(run(backend.kernels.binary, inputs, [["f64", [6]]], { kind: "pow" })[0]).toEqual([1, 1, 1, 1, 1, 0.5]);
  });

  it.each(["f32", "i32", "bool"] as const)("compares %s", (dtype) => {
    const inputs = [laid("dense", dtype, [40]), laid("flipped", dtype, [40])];
    const y = elements(inputs[1]);
    const [out] = run(backend.kernels.binary, inputs, [["bool", [40]]], { kind: "lessEqual" });
    expect(out).toEqual(elements(inputs[0]).map((x, i) => +(x <= y[i])));
  });

  it("rounds to f32 at the store", () => {
    const inputs = [dense("f32", [1], [16777216]), dense("f32", [1], [1])];
    expect(run(backend.kernels.binary, inputs, [["f32", [1]]], { kind: "add" })[0]).toEqual(stored("f32", [16777217]));
  });
});
