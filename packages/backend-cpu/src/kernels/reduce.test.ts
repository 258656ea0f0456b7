import type { ReduceKind } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { at, backend, dense, eachIndex, expectClose, laid, layouts, run, stored } from "../test-helpers.js";

const folds: Record<ReduceKind, readonly [initial: number, fold: (a: number, b: number) => number]> = {
  sum: [0, (a, b) => a + b],
  prod: [1, (a, b) => a * b],
  max: [-Infinity, Math.max],
  min: [Infinity, Math.min],
  any: [0, (a, b) => a | b],
  all: [1, (a, b) => a & b],
};
const shape = [3, 4, 2, 5];
const axesLists = [[0], [1], [3], [0, 1], [2, 3], [0, 2], [1, 3], [0, 2, 3], [0, 1, 2, 3]];

describe("reduce", () => {
  for (const kind of Object.keys(folds) as ReduceKind[]) {
    it.each(layouts)(`${kind} of a %s operand over every kind of axes`, (layout) => {
      const dtype = kind === "any" || kind === "all" ? "bool" : "f64";
      const input = laid(layout, dtype, shape);
      for (const axes of axesLists) {
        const kept = shape.map((size, d) => (axes.includes(d) ? 1 : size));
        const expected: number[] = [];
        eachIndex(kept, (outer) => {
          let total = folds[kind][0];
          eachIndex(
            shape.map((size, d) => (axes.includes(d) ? size : 1)),
            (inner) => {
              total = folds[kind][1](
                total,
                at(
                  input,
                  outer.map((i, d) => i + inner[d]),
                ),
              );
            },
          );
          expected.push(total);
        });
        expectClose(run(backend.kernels.reduce, [input], [[dtype, kept]], { kind, axes })[0], expected, 1e-12);
      }
    });
  }

  it("keeps NaN and infinities, over the last and over the first axis", () => {
    const rows = [1, NaN, 2, -Infinity, 1, 0, Infinity, -Infinity, 1];
    const columns = [0, 3, 6, 1, 4, 7, 2, 5, 8].map((i) => rows[i]);
    for (const [list, axis, out] of [
      [rows, 1, [3, 1]],
      [columns, 0, [1, 3]],
    ] as const) {
      const input = dense("f32", [3, 3], list);
      const reduce = (kind: ReduceKind) =>
        run(backend.kernels.reduce, [input], [["f32", out]], { kind, axes: [axis] })[0];
      expect(reduce("max")).toEqual([NaN, 1, Infinity]);
      expect(reduce("min")).toEqual([NaN, -Infinity, -Infinity]);
      expect(reduce("sum")).toEqual([NaN, -Infinity, NaN]);
    }
  });

  it("sums f32 in f64", () => {
    const n = 100_003;
    const list = new Array<number>(n).fill(0.1);
    const exact = stored("f32", [stored("f32", [0.1])[0] * n]);
    expect(
      run(backend.kernels.reduce, [dense("f32", [n], list)], [["f32", [1]]], { kind: "sum", axes: [0] })[0],
    ).toEqual(exact);
    const tall = dense(
      "f32",
      [n, 2],
      list.flatMap((value) => [value, value]),
    );
    expect(run(backend.kernels.reduce, [tall], [["f32", [1, 2]]], { kind: "sum", axes: [0] })[0]).toEqual([
      ...exact,
      ...exact,
    ]);
  });

  it("sums i32 exactly", () => {
    const input = dense("i32", [3], [2 ** 30, 2 ** 29, -7]);
    expect(run(backend.kernels.reduce, [input], [["i32", [1]]], { kind: "sum", axes: [0] })[0]).toEqual([1610612729]);
  });
});

describe("argReduce", () => {
  it.each(layouts)("finds the first extreme of a %s operand along every axis", (layout) => {
    const input = laid(layout, "f32", shape);
    for (const [axis, size] of shape.entries()) {
      for (const kind of ["argMax", "argMin"] as const) {
        const kept = shape.map((n, d) => (d === axis ? 1 : n));
        const expected: number[] = [];
        eachIndex(kept, (outer) => {
          const line = Array.from({ length: size }, (_, i) =>
            at(
              input,
              outer.map((o, d) => (d === axis ? i : o)),
            ),
          );
          expected.push(line.indexOf(kind === "argMax" ? Math.max(...line) : Math.min(...line)));
        });
        expect(run(backend.kernels.argReduce, [input], [["i32", kept]], { kind, axis })[0]).toEqual(expected);
      }
    }
  });

  it("takes the first of ties, and a NaN before anything", () => {
    const input = dense("f32", [4, 3], [1, 5, 5, 2, NaN, Infinity, -Infinity, -Infinity, -Infinity, 3, 1, 1]);
    const find = (kind: "argMax" | "argMin") =>
      run(backend.kernels.argReduce, [input], [["i32", [4, 1]]], { kind, axis: 1 })[0];
    expect(find("argMax")).toEqual([1, 1, 0, 0]);
    expect(find("argMin")).toEqual([0, 1, 0, 1]);
  });

  it("takes i32", () => {
    const input = dense("i32", [4], [3, -9, 8, 8]);
    expect(run(backend.kernels.argReduce, [input], [["i32", [1]]], { kind: "argMax", axis: 0 })[0]).toEqual([2]);
  });
});
