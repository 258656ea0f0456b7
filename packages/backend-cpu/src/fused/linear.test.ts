import { describe, expect, it } from "vitest";
import { backend, dense, elements, expectClose, laid, layouts, run, stored } from "../test-helpers.js";

const functions = {
  none: (v: number) => v,
  relu: (v: number) => Math.max(v, 0),
  tanh: Math.tanh,
  sigmoid: (v: number) => 1 / (1 + Math.exp(-v)),
};

describe("linear", () => {
  for (const activation of ["none", "relu", "tanh", "sigmoid"] as const) {
    it.each(layouts)(`multiplies %s operands, adds the bias and applies ${activation}`, (layout) => {
      // 300 is more than one block of depth: the bias must still be added once.
      for (const [n, k, m] of [
        [1, 3, 2],
        [5, 300, 7],
        [33, 20, 17],
      ]) {
        const x = laid(layout, "f64", [n, k]);
        const w = laid(layout, "f64", [m, k]);
        const bias = dense("f64", [m]);
        const [xs, ws, b] = [x, w, bias].map(elements);
        const sums: number[] = [];
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < m; j++) {
            let sum = 0;
            for (let l = 0; l < k; l++) sum += xs[i * k + l] * ws[j * k + l];
            sums.push(sum);
          }
        }
        const attrs = { activation };
        const f = functions[activation];
        expectClose(run(backend.kernels.linear, [x, w], [["f64", [n, m]]], attrs)[0], sums.map(f), 1e-12);
        const expected = sums.map((sum, i) => f(sum + b[i % m]));
        expectClose(run(backend.kernels.linear, [x, w, bias], [["f64", [n, m]]], attrs)[0], expected, 1e-12);
      }
    });
  }
});

describe("reluGrad", () => {
  it.each(layouts)("lets g through where a %s y is positive", (layout) => {
    const inputs = [laid("dense", "f32", [3, 4, 5]), laid(layout, "f32", [3, 4, 5])];
    const [g, y] = inputs.map(elements);
    expect(run(backend.kernels.reluGrad, inputs, [["f32", [3, 4, 5]]], undefined)[0]).toEqual(
      y.map((v, i) => (v > 0 ? g[i] : 0)),
    );
  });

  it("gives 0, not NaN, where an infinite gradient is held back", () => {
    const inputs = [dense("f32", [4], [Infinity, NaN, NaN, 2]), dense("f32", [4], [0, -1, 1, NaN])];
    expect(run(backend.kernels.reluGrad, inputs, [["f32", [4]]], undefined)[0]).toEqual([0, 0, NaN, 0]);
  });
});

describe("softmaxCrossEntropy", () => {
  const target = dense("i32", [3], [1, 0, 3]);
  const label = [1, 0, 3];

  it.each(layouts)("gives losses and gradients of %s logits", (layout) => {
    const logits = laid(layout, "f64", [3, 4]);
    const g = dense("f64", [3], [1, -2, 0.5]);
    const rows = [0, 1, 2].map((i) => elements(logits).slice(i * 4, i * 4 + 4));
    const sums = rows.map((row) => row.reduce((sum, v) => sum + Math.exp(v), 0));
    const [loss] = run(backend.kernels.softmaxCrossEntropy, [logits, target], [["f64", [3]]], undefined);
    expectClose(
      loss,
      rows.map((row, i) => Math.log(sums[i]) - row[label[i]]),
      1e-13,
    );
    const [gradient] = run(backend.kernels.softmaxCrossEntropyGrad, [logits, target, g], [["f64", [3, 4]]], undefined);
    const weights = [1, -2, 0.5];
    expectClose(
      gradient,
      rows.flatMap((row, i) => row.map((v, j) => (Math.exp(v) / sums[i] - +(j === label[i])) * weights[i])),
      1e-13,
    );
  });

  it("neither overflows nor hides a target out of range", () => {
    const logits = dense("f32", [3, 2], [1000, 0, -1000, -1001, 0, 0]);
    const [loss] = run(
      backend.kernels.softmaxCrossEntropy,
      [logits, dense("i32", [3], [1, 0, 2])],
      [["f32", [3]]],
      undefined,
    );
    expectClose(loss, stored("f32", [1000, Math.log1p(Math.exp(-1)), NaN]), 1e-6);
  });
});
