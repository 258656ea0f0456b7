import { type ArgReduceKind, denseStrides, type ReduceKind, type Shape } from "@nn/backend";
import { describe, expect, it } from "vitest";
import { backendOver } from "../backend-over.js";
import { call, coordinatesOf, elementAt, expected, type Host, host, random } from "../testing/harness.js";
import { modes, TestEngine } from "../testing/test-engine.js";

describe.each(modes)("%s mode", (mode) => {
  const backend = backendOver(new TestEngine(mode));
  const { kernels } = backend;
  const next = random(11);

  const kept = (shape: Shape, axes: readonly number[]) => shape.map((d, k) => (axes.includes(k) ? 1 : d));

  function fold(x: Host, axes: readonly number[], f: (values: number[]) => number): number[] {
    const walked = x.shape.map((d, k) => (axes.includes(k) ? d : 1));
    return expected(kept(x.shape, axes), (at) =>
      f(
        Array.from(coordinatesOf(walked), (r) =>
          elementAt(
            x,
            at.map((c, k) => c + r[k]),
          ),
        ),
      ),
    );
  }

  const folds: Readonly<Record<ReduceKind, (values: number[]) => number>> = {
    sum: (values) => values.reduce((a, b) => a + b, 0),
    prod: (values) => values.reduce((a, b) => a * b, 1),
    max: (values) => Math.max(...values),
    min: (values) => Math.min(...values),
    any: (values) => Number(values.some((v) => v !== 0)),
    all: (values) => Number(values.every((v) => v !== 0)),
  };

  describe("reduce", () => {
    const cases = Object.keys(folds).flatMap((kind) =>
      [[0], [1, 3], [0, 1, 2, 3]].map((axes) => [kind as ReduceKind, axes] as const),
    );
    it.each(cases)("%s over axes %j of a permuted, flipped view", async (kind, axes) => {
      const dtype = kind === "any" || kind === "all" ? "bool" : "f32";
      const value = () => (dtype === "bool" ? Number(next(0, 1) < 0.5) : next(-2, 2));
      const x = host(dtype, [2, 3, 2, 3], value, [1, -4, 2, 12], 8, 36);
      const wanted = fold(x, axes, folds[kind]);
      const out = { dtype, shape: kept(x.shape, axes) } as const;
      const result = await call(backend, kernels.reduce, [x], out, { kind, axes });
      result.forEach((v, i) => expect(v).toBeCloseTo(wanted[i], 5));
    });

    it("keeps NaN in max, from any place", async () => {
      const x = host("f32", [3, 3], (i) => (i % 4 === 0 ? Number.NaN : i));
      const out = { dtype: "f32", shape: [3, 1] } as const;
      expect(await call(backend, kernels.reduce, [x], out, { kind: "max", axes: [1] })).toEqual([NaN, NaN, NaN]);
    });

    it("walks through more elements than the engine's own loop limit", async () => {
      const x = host("f32", [5000], () => 1);
      const out = { dtype: "f32", shape: [1] } as const;
      expect(await call(backend, kernels.reduce, [x], out, { kind: "sum", axes: [0] })).toEqual([5000]);
    });
  });

  describe("argReduce", () => {
    it.each(["argMax", "argMin"] as readonly ArgReduceKind[])(
      "%s takes the first; NaN is the extreme",
      async (kind) => {
        const rows = [
          [1, 3, 3, 1],
          [0, NaN, 5, NaN],
          [-1, -2, -2, -1],
        ];
        // Stored as columns.
        const x = host("f32", [3, 4], (i) => rows[i % 3][Math.floor(i / 3)], [1, 3]);
        const result = await call(backend, kernels.argReduce, [x], { dtype: "i32", shape: [3, 1] }, { kind, axis: 1 });
        expect(result).toEqual(kind === "argMax" ? [1, 1, 0] : [0, 1, 1]);
      },
    );
  });

  describe("matmul", () => {
    const transposed = (shape: Shape) => {
      const [rows, columns] = shape.slice(-2);
      return [...denseStrides(shape).slice(0, -2), 1, rows].map((s, k) =>
        k === shape.length - 1 && columns === 1 ? 1 : s,
      );
    };
    it.each([
      { ta: false, tb: false },
      { ta: true, tb: false },
      { ta: false, tb: true },
      { ta: true, tb: true },
    ])("batched, one side expanded over the batch, transposed $ta $tb", async ({ ta, tb }) => {
      const [m, k, n] = [3, 5, 4];
      const sa = [2, 2, m, k];
      const sb = [2, 2, k, n];
      const a = host("f32", sa, () => next(-1, 1), ta ? transposed(sa) : denseStrides(sa));
      const b = host("f32", sb, () => next(-1, 1), [0, 20, ...(tb ? [1, k] : [n, 1])], 2, 42);
      const wanted = expected([2, 2, m, n], ([p, q, i, j]) => {
        let sum = 0;
        for (let l = 0; l < k; l++) sum += elementAt(a, [p, q, i, l]) * elementAt(b, [p, q, l, j]);
        return sum;
      });
      const result = await call(backend, kernels.matmul, [a, b], { dtype: "f32", shape: [2, 2, m, n] }, undefined);
      result.forEach((v, i) => expect(v).toBeCloseTo(wanted[i], 5));
    });

    it("multiplies two matrices of a longer inner dimension", async () => {
      const a = host("f32", [1, 1500], () => 0.5);
      const b = host("f32", [1500, 2], (i) => i % 2);
      const result = await call(backend, kernels.matmul, [a, b], { dtype: "f32", shape: [1, 2] }, undefined);
      expect(result).toEqual([0, 750]);
    });
  });
});
