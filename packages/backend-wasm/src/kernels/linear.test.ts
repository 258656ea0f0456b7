import { describe, expect, it } from "vitest";
import { backend, expectClose, layouts, matrix, operand, run, values } from "../test-helpers.js";

const functions = {
  none: (v: number) => v,
  relu: (v: number) => Math.max(v, 0),
  tanh: Math.tanh,
  sigmoid: (v: number) => 1 / (1 + Math.exp(-v)),
};
const { linear } = backend.kernels;

describe("linear", () => {
  for (const activation of ["none", "relu", "tanh", "sigmoid"] as const) {
    it.each(layouts)(`multiplies %s operands, adds the bias and applies ${activation}`, (layout) => {
      // A depth of 600 is three blocks of the product: bias and activation must come once, at the end.
      for (const [n, k, m] of [
        [1, 3, 2],
        [1, 40, 40],
        [5, 600, 7],
        [33, 20, 17],
        [200, 600, 40],
        [30, 600, 1],
      ]) {
        const x = matrix(layout, "f32", [n, k]);
        const w = matrix(layout, "f32", [m, k]);
        const b = values("f32", 2 * m).map((v) => v * 8);
        const sums: number[] = [];
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < m; j++) {
            let sum = b[2 * j];
            for (let l = 0; l < k; l++) sum += x.list[i * k + l] * w.list[j * k + l];
            sums.push(sum);
          }
        }
        const inputs = [x.x, w.x, operand("f32", [m], b, [2])];
        const [y] = run(linear, inputs, [["f32", [n, m]]], { activation });
        expectClose(y, sums.map(functions[activation]), 1e-6, 16 + k / 8);
      }
    });
  }

  it("works without a bias, and keeps NaN through relu", () => {
    const x = () => operand("f32", [2, 2], [1, 2, NaN, 4]);
    const w = () => operand("f32", [2, 2], [1, 0, 0, -1]);
    expect(run(linear, [x(), w()], [["f32", [2, 2]]], { activation: "relu" })[0]).toEqual([1, 0, NaN, NaN]);
    expect(run(linear, [x(), w()], [["f32", [2, 2]]], { activation: "none" })[0]).toEqual([1, -2, NaN, NaN]);
  });
});
