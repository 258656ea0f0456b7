import type { ReduceKind } from "@nn/backend";
import { denseStrides } from "@nn/backend";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, expectClose, layouts, matrix, operand, run, values } from "../test-helpers.js";

const { reduce, argReduce } = backend.kernels;

const fold: Readonly<Record<ReduceKind, (a: number, b: number) => number>> = {
  sum: (a, b) => a + b,
  prod: (a, b) => a * b,
  max: Math.max,
  min: Math.min,
  any: Math.max,
  all: Math.min,
};

/** Reduces row-major elements along axes, one after the other. */
function reference(kind: ReduceKind, list: readonly number[], shape: readonly number[], axes: readonly number[]) {
  const kept = shape.map((d, i) => (axes.includes(i) ? 1 : d));
  const [steps, places] = [denseStrides(shape), denseStrides(kept)];
  const out = new Map<number, number>();
  list.forEach((v, i) => {
    const place = steps.reduce(
      (sum, step, d) => sum + (axes.includes(d) ? 0 : (Math.floor(i / step) % shape[d]) * places[d]),
      0,
    );
    out.set(place, out.has(place) ? fold[kind](out.get(place)!, v) : v);
  });
  return Array.from({ length: out.size }, (_, i) => out.get(i)!);
}

const shapes = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 })), {
  minLength: 1,
  maxLength: 4,
});

describe("reduce", () => {
  it.each(["sum", "max", "min"] as const)("%s along any axes, f32 and i32", (kind) => {
    const both = fc.constantFrom("f32" as const, "i32" as const);
    fc.assert(
      fc.property(shapes, fc.integer({ min: 1, max: 15 }), both, (shape, mask, dtype) => {
        const axes = shape.map((_, i) => i).filter((i) => mask & (1 << i));
        fc.pre(axes.length > 0 && shape.reduce((n, d) => n * d) < 50_000);
        const list = values(
          dtype,
          shape.reduce((n, d) => n * d),
        );
        const kept = shape.map((d, i) => (axes.includes(i) ? 1 : d));
        const [z] = run(reduce, [operand(dtype, shape, list)], [[dtype, kept]], { kind, axes });
        expectClose(z, reference(kind, list, shape, axes), 1e-6, 1);
      }),
      { numRuns: 150 },
    );
  });

  it.each(["any", "all"] as const)("%s of bool", (kind) => {
    fc.assert(
      fc.property(
        fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 })),
        fc.constantFrom(...layouts),
        fc.constantFrom(0, 1),
        (shape, lay, axis) => {
          const { x, list } = matrix(lay, "bool", shape);
          const kept = axis === 0 ? [1, shape[1]] : [shape[0], 1];
          expect(run(reduce, [x], [["bool", kept]], { kind, axes: [axis] })[0]).toEqual(
            reference(kind, list, shape, [axis]),
          );
        },
      ),
    );
  });

  it("prod", () => {
    const x = operand("f32", [2, 5], [1, 2, 3, 4, 5, -1, 0.5, 2, 2, 2]);
    expect(run(reduce, [x], [["f32", [2, 1]]], { kind: "prod", axes: [1] })).toEqual([[120, -4]]);
  });

  it.each(layouts)("%s input", (lay) => {
    const { x, list } = matrix(lay, "f32", [17, 33]);
    const [z] = run(reduce, [x], [["f32", [17, 1]]], { kind: "sum", axes: [1] });
    expectClose(z, reference("sum", list, [17, 33], [1]), 1e-6, 1);
  });

  it.each([
    ["a row", [1, 1_000_003], [1]],
    ["a column", [1_000_003, 1], [0]],
    ["columns", [250_001, 4], [0]],
  ] as const)("a sum of a million elements in %s stays within 1e-6", (_, shape, axes) => {
    const list = Array.from({ length: shape[0] * shape[1] }, (_, i) => Math.fround(0.1 + (i % 7) * 0.01));
    const kept = shape.map((d, i) => (axes.includes(i as never) ? 1 : d));
    const [z] = run(reduce, [operand("f32", shape, list)], [["f32", kept]], { kind: "sum", axes });
    expectClose(z, reference("sum", list, shape, axes), 2e-7);
  });

  it.each(["max", "min"] as const)("%s keeps NaN wherever it is", (kind) => {
    for (let n = 1; n <= 40; n++) {
      for (let at = 0; at < n; at++) {
        const list = Array.from({ length: n }, (_, i) => (i === at ? NaN : i));
        expect(run(reduce, [operand("f32", [n], list)], [["f32", [1]]], { kind, axes: [0] })).toEqual([[NaN]]);
      }
    }
  });
});

describe("argReduce", () => {
  it.each(["argMax", "argMin"] as const)("%s gives the first, along both axes and of every dtype", (kind) => {
    const dtypes = fc.constantFrom("f32" as const, "i32" as const, "bool" as const);
    const size = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }));
    fc.assert(
      fc.property(size, fc.constantFrom(...layouts), dtypes, fc.constantFrom(0, 1), ([m, n], lay, dtype, axis) => {
        const { x, list } = matrix(lay, dtype, [m, n]);
        const lines =
          axis === 1
            ? Array.from({ length: m }, (_, i) => list.slice(i * n, (i + 1) * n))
            : Array.from({ length: n }, (_, j) => Array.from({ length: m }, (_, i) => list[i * n + j]));
        const expected = lines.map((line) => line.indexOf((kind === "argMax" ? Math.max : Math.min)(...line)));
        const kept = axis === 1 ? [m, 1] : [1, n];
        expect(run(argReduce, [x], [["i32", kept]], { kind, axis })[0]).toEqual(expected);
      }),
    );
  });

  it.each(["argMax", "argMin"] as const)("%s takes the first NaN for the extreme, in rows and columns", (kind) => {
    for (const n of [1, 2, 5, 33, 64, 67, 4500]) {
      const lines = [0, n >> 1, n - 1, -1, -1].map((at, line) =>
        Array.from({ length: n }, (_, i) => {
          if (line === 4) return kind === "argMax" ? -Infinity : Infinity;
          return at >= 0 && (i === at || i === n - 1) ? NaN : (i * 7) % 5;
        }),
      );
      const expected = lines.map((line) => {
        const nan = line.findIndex(Number.isNaN);
        if (nan >= 0) return nan;
        return line.indexOf(line.reduce((a, b) => (kind === "argMax" ? Math.max(a, b) : Math.min(a, b))));
      });
      const rows = operand("f32", [5, n], lines.flat());
      expect(run(argReduce, [rows], [["i32", [5, 1]]], { kind, axis: 1 })).toEqual([expected]);
      const columns = operand(
        "f32",
        [n, 5],
        Array.from({ length: 5 * n }, (_, i) => lines[i % 5][Math.floor(i / 5)]),
      );
      expect(run(argReduce, [columns], [["i32", [1, 5]]], { kind, axis: 0 })).toEqual([expected]);
    }
  });

  it("finds an extreme beyond the first block of a long row", () => {
    const list = Array.from({ length: 10_000 }, (_, i) => (i === 7001 || i === 9000 ? 1 : -i));
    const row = operand("f32", [1, list.length], list);
    expect(run(argReduce, [row], [["i32", [1, 1]]], { kind: "argMax", axis: 1 })).toEqual([[7001]]);
  });
});
