import { describe, expect, it } from "vitest";
import { backend, expectClose, layouts, matrix, operand, run, values } from "../test-helpers.js";

const { kernels } = backend;

/** Softmax of one row, in f64. */
function softmax(row: readonly number[]): number[] {
  const e = row.map((v) => Math.exp(v - Math.max(...row)));
  const sum = e.reduce((a, b) => a + b);
  return e.map((v) => v / sum);
}
const rowsOf = (list: readonly number[], n: number) =>
  Array.from({ length: list.length / n }, (_, i) => list.slice(i * n, (i + 1) * n));

describe("softmax and its relatives, of rows of 1 to 67 elements", () => {
  it.each(layouts)("%s", (lay) => {
    for (let n = 1; n <= 67; n++) {
      const attrs = { axis: 1 };
      const { x, list } = matrix(lay, "f32", [3, n]);
      const expected = rowsOf(list, n).map(softmax);
      const result = run(kernels.softmax, [x], [["f32", [3, n]]], attrs)[0];
      expectClose(result, expected.flat(), 1e-6);
      const logits = operand("f32", [3, n], list);
      const logs = run(kernels.logSoftmax, [logits], [["f32", [3, n]]], attrs)[0];
      expectClose(logs, expected.flat().map(Math.log), 1e-6, 1);
    }
  });

  it("a row of one million keeps its digits", () => {
    const list = values("f32", 1_000_000);
    const [z] = run(kernels.softmax, [operand("f32", [1, list.length], list)], [["f32", [1, list.length]]], {
      axis: 1,
    });
    const sum = list.reduce((total, v) => total + Math.exp(v - 2), 0);
    expectClose(
      z.slice(0, 100),
      list.slice(0, 100).map((v) => Math.exp(v - 2) / sum),
      1e-6,
    );
  });

  it("limits: large logits, -∞ and NaN", () => {
    const rows = [1e30, 1e30, -Infinity, 0, NaN, 1, -Infinity, -Infinity];
    const [z] = run(kernels.softmax, [operand("f32", [4, 2], rows)], [["f32", [4, 2]]], { axis: 1 });
    expect(z).toEqual([0.5, 0.5, 0, 1, NaN, NaN, NaN, NaN]);
  });

  it.each(layouts)("down columns: %s", (lay) => {
    for (const [outer, n, inner] of [
      [1, 5, 3],
      [3, 7, 33],
      [2, 130, 5],
      [1, 1, 40],
    ] as const) {
      const shape = [outer, n, inner];
      const { x, list } = matrix(lay, "f32", [outer * n, inner]);
      const place = (o: number, k: number, j: number) => (o * n + k) * inner + j;
      const expected = list.map((_, i) => {
        const [o, k, j] = [Math.floor(i / (n * inner)), Math.floor(i / inner) % n, i % inner];
        return softmax(Array.from({ length: n }, (_, k) => list[place(o, k, j)]))[k];
      });
      const strides = [n * x.strides[0], ...x.strides];
      const attrs = { axis: 1 };
      const [p] = run(kernels.softmax, [{ ...x, shape, strides }], [["f32", shape]], attrs);
      expectClose(p, expected, 1e-6);
      const logits = operand("f32", shape, list);
      expectClose(run(kernels.logSoftmax, [logits], [["f32", shape]], attrs)[0], expected.map(Math.log), 1e-6, 1);
    }
  });

  it("limits down columns", () => {
    const columns = [1e30, -Infinity, NaN, -Infinity, 1e30, 0, 1, -Infinity];
    const [z] = run(kernels.softmax, [operand("f32", [2, 4], columns)], [["f32", [2, 4]]], { axis: 0 });
    expect(z).toEqual([0.5, 0, NaN, NaN, 0.5, 1, NaN, NaN]);
  });

  it("a short row's result does not depend on the rows beside it", () => {
    for (const n of [2, 7, 10, 32]) {
      const list = values("f32", 7 * n);
      for (const kernel of [kernels.softmax, kernels.logSoftmax]) {
        const [all] = run(kernel, [operand("f32", [7, n], list)], [["f32", [7, n]]], { axis: 1 });
        const each = rowsOf(list, n).map(
          (row) => run(kernel, [operand("f32", [1, n], row)], [["f32", [1, n]]], { axis: 1 })[0],
        );
        expect(all).toEqual(each.flat());
      }
    }
  });
});

describe("softmaxCrossEntropy", () => {
  it("gives losses and gradients; NaN for a class that does not exist", () => {
    for (const n of [1, 2, 5, 10, 67]) {
      const { list } = matrix("dense", "f32", [6, n]);
      const target = [0, n - 1, n >> 1, n, -1, 0];
      const g = [1, -2, 0.5, 3, -1, 2];
      const p = rowsOf(list, n).map(softmax);
      const logits = () => operand("f32", [6, n], list);
      const [loss] = run(
        kernels.softmaxCrossEntropy,
        [logits(), operand("i32", [6], target)],
        [["f32", [6]]],
        undefined,
      );
      expectClose(
        loss,
        p.map((row, i) => -Math.log(row[target[i]] ?? NaN)),
        1e-6,
        1,
      );
      const inputs = [logits(), operand("i32", [6], target), operand("f32", [6], g)];
      const [dx] = run(kernels.softmaxCrossEntropyGrad, inputs, [["f32", [6, n]]], undefined);
      expectClose(
        dx,
        p.flatMap((row, i) => row.map((v, j) => (v - Number(j === target[i])) * g[i])),
        1e-6,
        1,
      );
    }
  });
});

describe("adamStep", () => {
  it("works in place, of 1 to 67 elements", () => {
    for (let n = 1; n <= 67; n++) {
      const [p, g, m, v] = [0, 1, 2, 3].map((i) => values("f32", n).map((x) => (i === 3 ? Math.abs(x) : x)));
      const [lr, beta1, beta2, eps, decay, step] = [0.01, 0.9, 0.99, 1e-8, 0.1, 3];
      const operands = [p, g, m, v].map((list) => operand("f32", [n], list));
      const outputs = [operands[0], operands[2], operands[3]];
      const attrs = { amsgrad: false, decoupled: true };
      kernels.adamStep!.run({
        inputs: operands,
        outputs,
        attrs,
        scalars: [lr, beta1, beta2, eps, decay, step],
        saved: [],
      });
      const first = m.map((x, i) => beta1 * x + (1 - beta1) * g[i]);
      const second = v.map((x, i) => beta2 * x + (1 - beta2) * g[i] ** 2);
      const next = p.map((x, i) => {
        const mean = first[i] / (1 - beta1 ** step);
        return x * (1 - lr * decay) - (lr * mean) / (Math.sqrt(second[i] / (1 - beta2 ** step)) + eps);
      });
      [next, first, second].forEach((expected, i) => {
        expectClose([...backend.readSync!(outputs[i].buffer)], expected, 1e-6, 1);
      });
    }
  });
});

describe("batchNorm", () => {
  it("normalizes the columns of a matrix, and gives their gradients", () => {
    const [rows, channels, eps] = [150, 5, 0.125];
    const list = (from: number) => values("f32", rows * channels).map((v, i) => from + v + (i % 7));
    const [x, g, weight, bias] = [list(100), list(0), values("f32", channels), values("f32", channels)];
    const shape = [rows, channels];
    const vector = ["f32", [channels]] as const;
    const operands = [operand("f32", shape, x), operand("f32", [channels], weight), operand("f32", [channels], bias)];
    const forward = run(kernels.batchNorm, operands, [["f32", shape], vector, vector], { eps });
    const [y, mean, variance] = forward;
    const inputs = [
      operand("f32", shape, x),
      operand("f32", [channels], mean),
      operand("f32", [channels], variance),
      operand("f32", shape, g),
      operand("f32", [channels], weight),
    ];
    const [dx, dw, db] = run(kernels.batchNormGrad, inputs, [["f32", shape], vector, vector], { eps });
    for (let c = 0; c < channels; c++) {
      const column = (all: readonly number[]) => Array.from({ length: rows }, (_, i) => all[i * channels + c]);
      const average = (all: readonly number[]) => all.reduce((a, b) => a + b) / rows;
      const [u, v] = [column(x), column(g)];
      const m = average(u);
      const s = average(u.map((a) => (a - m) ** 2));
      const normal = u.map((a) => (a - m) / Math.sqrt(s + eps));
      const [part, slope] = [average(v), average(v.map((a, i) => a * normal[i]))];
      expectClose([mean[c], variance[c]], [m, s], 1e-6, 1);
      expectClose(
        column(y),
        normal.map((a) => a * weight[c] + bias[c]),
        1e-4,
        1,
      );
      expectClose([dw[c], db[c]], [slope * rows, part * rows], 1e-4, 1);
      const scale = weight[c] / Math.sqrt(s + eps);
      expectClose(
        column(dx),
        v.map((a, i) => (a - part - normal[i] * slope) * scale),
        1e-4,
        1,
      );
    }
  });

  it("normalizes what lies far from zero without losing the variance", () => {
    const x = values("f32", 2 * 3 * 70).map((v) => 1000 + v);
    const outputs = [
      ["f32", [2, 3, 70]],
      ["f32", [3]],
      ["f32", [3]],
    ] as const;
    const [y, mean, variance] = run(kernels.batchNorm, [operand("f32", [2, 3, 70], x)], outputs, { eps: 0 });
    for (let c = 0; c < 3; c++) {
      const channel = [0, 1].flatMap((i) => x.slice((i * 3 + c) * 70, (i * 3 + c + 1) * 70));
      const m = channel.reduce((a, b) => a + b) / 140;
      const v = channel.reduce((a, b) => a + (b - m) ** 2, 0) / 140;
      expectClose([mean[c], variance[c]], [m, v], 1e-6);
      expectClose(
        y.slice(c * 70, c * 70 + 70),
        channel.slice(0, 70).map((b) => (b - m) / Math.sqrt(v)),
        1e-4,
        1,
      );
    }
  });
});
