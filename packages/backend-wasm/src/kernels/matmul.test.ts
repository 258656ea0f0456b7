import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backend, expectClose, layouts, matrix, operand, run, values } from "../test-helpers.js";

const { matmul } = backend.kernels;

/** Plain loops in f64 over row-major elements. */
function product(a: readonly number[], b: readonly number[], m: number, k: number, n: number): number[] {
  const c = new Array<number>(m * n).fill(0);
  for (let i = 0; i < m; i++) {
    for (let l = 0; l < k; l++) for (let j = 0; j < n; j++) c[i * n + j] += a[i * k + l] * b[l * n + j];
  }
  return c;
}

// Sums of k products of numbers up to 2 in f32.
const close = (actual: readonly number[], expected: readonly number[], k: number) =>
  expectClose(actual, expected, 1e-6, 4 + k / 8);

describe("matmul", () => {
  it.each(layouts)("multiplies a %s matrix by one of any layout, all sizes from 1 to 40", (left) => {
    const size = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(size, size, size, fc.constantFrom(...layouts), (m, k, n, right) => {
        const a = matrix(left, "f32", [m, k]);
        const b = matrix(right, "f32", [k, n]);
        close(run(matmul, [a.x, b.x], [["f32", [m, n]]], undefined)[0], product(a.list, b.list, m, k, n), k);
      }),
      { numRuns: 150 },
    );
  });

  // Beyond the blocks of the packed way (256 of depth, 128 rows, 512 columns); long rows; a depth that splits unevenly.
  it.each([
    [131, 259, 70],
    [33, 40, 530],
    [5, 600, 9],
    [1, 700, 300],
    [2, 1030, 65],
    [300, 90, 1],
    [1, 999, 1],
    [260, 3, 520],
    [64, 1025, 24],
  ])("multiplies (%i, %i) by %i columns", (m, k, n) => {
    for (const left of ["dense", "transposed"] as const) {
      for (const right of ["dense", "transposed"] as const) {
        const a = matrix(left, "f32", [m, k]);
        const b = matrix(right, "f32", [k, n]);
        close(run(matmul, [a.x, b.x], [["f32", [m, n]]], undefined)[0], product(a.list, b.list, m, k, n), k);
      }
    }
  });

  const batches = [
    { name: "one after the other", a: [30, 6, 1], b: [42, 7, 1] },
    { name: "one b for all", a: [30, 6, 1], b: [0, 7, 1] },
    { name: "one a for all", a: [0, 6, 1], b: [42, 7, 1] },
    { name: "heads apart from their rows", a: [6, 24, 1], b: [7, 28, 1] },
  ];
  it.each(batches)("multiplies batches: $name", ({ a, b }) => {
    const [m, k, n, count] = [5, 6, 7, 4];
    const left = values("f32", 300);
    const right = values("f32", 300);
    const pick = (list: readonly number[], strides: readonly number[], i: number, rows: number, columns: number) =>
      Array.from(
        { length: rows * columns },
        (_, e) => list[i * strides[0] + Math.floor(e / columns) * strides[1] + (e % columns) * strides[2]],
      );
    const expected = Array.from({ length: count }, (_, i) =>
      product(pick(left, a, i, m, k), pick(right, b, i, k, n), m, k, n),
    ).flat();
    const x = operand("f32", [count, m, k], left, a);
    const y = operand("f32", [count, k, n], right, b);
    close(run(matmul, [x, y], [["f32", [count, m, n]]], undefined)[0], expected, k);
  });

  it("multiplies batches of two dimensions that do not merge, in any size", () => {
    // Small ones are worked at side by side, large ones one after the other.
    for (const [m, k, n] of [
      [3, 4, 5],
      [130, 150, 140],
    ]) {
      const shape = [2, 3];
      const a = values("f32", 6 * m * k);
      const b = values("f32", 3 * k * n);
      const x = operand("f32", [...shape, m, k], a, [m * k, 2 * m * k, k, 1]);
      const y = operand("f32", [...shape, k, n], b, [0, k * n, n, 1]);
      const expected: number[] = [];
      for (let i = 0; i < 2; i++) {
        for (let j = 0; j < 3; j++) {
          const p = (i + 2 * j) * m * k;
          const q = j * k * n;
          expected.push(...product(a.slice(p, p + m * k), b.slice(q, q + k * n), m, k, n));
        }
      }
      close(run(matmul, [x, y], [["f32", [...shape, m, n]]], undefined)[0], expected, k);
    }
  });

  it("keeps a NaN and an infinity to their row and column", () => {
    for (const n of [3, 9, 40]) {
      const a = values("f32", n * n);
      const b = values("f32", n * n).map((v) => Math.abs(v) + 1);
      a[n + 1] = NaN;
      const [c] = run(matmul, [operand("f32", [n, n], a), operand("f32", [n, n], b)], [["f32", [n, n]]], undefined);
      expect(c.map(Number.isNaN)).toEqual(c.map((_, i) => Math.floor(i / n) === 1));
    }
  });

  it("gives scratch memory back", () => {
    const before = backend.memory().liveBuffers;
    run(matmul, [operand("f32", [50, 50]), operand("f32", [50, 300])], [["f32", [50, 300]]], undefined);
    expect(backend.memory().liveBuffers).toBe(before);
  });
});
