import { describe, expect, it } from "vitest";
import { backend, expectClose, operand, run, values } from "../test-helpers.js";

const { kernels } = backend;
const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);

describe("layerNorm", () => {
  it("normalizes rows that lie far from zero without losing the variance", () => {
    for (const n of [1, 3, 4, 67, 1500]) {
      const x = values("f32", 3 * n).map((v) => 1000 + v);
      const [weight, bias] = [values("f32", n), values("f32", n)];
      const inputs = [operand("f32", [3, n], x), operand("f32", [n], weight), operand("f32", [n], bias)];
      const outputs = [
        ["f32", [3, n]],
        ["f32", [3]],
        ["f32", [3]],
      ] as const;
      const [y, mean, variance] = run(kernels.layerNorm, inputs, outputs, { eps: 0.01 });
      for (let i = 0; i < 3; i++) {
        const row = x.slice(i * n, (i + 1) * n);
        const m = sum(row) / n;
        const v = sum(row.map((a) => (a - m) ** 2)) / n;
        expectClose([mean[i]], [m], 1e-6);
        expectClose([variance[i]], [v], 1e-6, 1);
        const expected = row.map((a, j) => ((a - m) / Math.sqrt(v + 0.01)) * weight[j] + bias[j]);
        expectClose(y.slice(i * n, (i + 1) * n), expected, 2e-4, 1);
      }
    }
  });

  it("gives gradients of input, weight and bias over many rows", () => {
    const [rows, eps] = [300, 1e-5];
    for (const n of [2, 5, 16, 67]) {
      const [x, g, weight] = [values("f32", rows * n), values("f32", rows * n), values("f32", n)];
      const row = (list: readonly number[], i: number) => list.slice(i * n, (i + 1) * n);
      const mean = Array.from({ length: rows }, (_, i) => sum(row(x, i)) / n).map(Math.fround);
      const variance = mean.map((m, i) => Math.fround(sum(row(x, i).map((a) => (a - m) ** 2)) / n + 0.5));
      const dx: number[] = [];
      const dw = new Array<number>(n).fill(0);
      const db = new Array<number>(n).fill(0);
      for (let i = 0; i < rows; i++) {
        const scale = 1 / Math.sqrt(variance[i] + eps);
        const normal = row(x, i).map((a) => (a - mean[i]) * scale);
        const gradient = row(g, i);
        const inner = gradient.map((a, j) => a * weight[j]);
        const slope = sum(inner.map((a, j) => a * normal[j])) / n;
        const part = sum(inner) / n;
        inner.forEach((a, j) => {
          dx.push((a - part - normal[j] * slope) * scale);
          dw[j] += gradient[j] * normal[j];
          db[j] += gradient[j];
        });
      }
      const inputs = [
        operand("f32", [rows, n], x),
        operand("f32", [rows], mean),
        operand("f32", [rows], variance),
        operand("f32", [rows, n], g),
        operand("f32", [n], weight),
      ];
      const outputs = [
        ["f32", [rows, n]],
        ["f32", [n]],
        ["f32", [n]],
      ] as const;
      const results = run(kernels.layerNormGrad, inputs, outputs, { eps });
      expectClose(results[0], dx, 2e-6, 1);
      // Sums of as many products as there are rows, which nearly cancel: the error goes with the sum of their sizes.
      expectClose(results[1], dw, 1e-6, rows);
      expectClose(results[2], db, 1e-6, rows);
    }
  });
});

describe("embeddingGrad", () => {
  it("adds the rows of one index, and leaves out the padding and what is out of range", () => {
    for (const d of [1, 4, 67]) {
      const g = values("f32", 6 * d);
      const index = operand("i32", [6], [2, 0, 2, -1, 1, 3]);
      const attrs = { weightShape: [3, d], paddingIndex: 1 };
      const [dw] = run(kernels.embeddingGrad, [index, operand("f32", [6, d], g)], [["f32", [3, d]]], attrs);
      const columns = Array.from({ length: d }, (_, j) => j);
      const expected = [
        columns.map((j) => g[d + j]),
        columns.map(() => 0),
        columns.map((j) => Math.fround(g[j] + g[2 * d + j])),
      ];
      expect(dw).toEqual(expected.flat());
    }
  });
});
