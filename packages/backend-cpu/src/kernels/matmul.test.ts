import type { DType, Operand } from "@nn/backend";
import { describe, it } from "vitest";
import { at, backend, dense, expectClose, run, strided, values } from "../test-helpers.js";

/** A matrix whose memory is transposed, or not. */
function matrix(dtype: DType, rows: number, columns: number, transposed: boolean): Operand {
  return strided(dtype, [rows, columns], transposed ? [1, rows] : [columns, 1], 0, values(dtype, rows * columns));
}

function reference(a: Operand, b: Operand): number[] {
  const [m, k] = a.shape.slice(-2);
  const n = b.shape[b.shape.length - 1];
  const x = backend.readSync!(a.buffer);
  const y = backend.readSync!(b.buffer);
  const out: number[] = [];
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let l = 0; l < k; l++) {
        sum += x[a.offset + i * a.strides[0] + l * a.strides[1]] * y[b.offset + l * b.strides[0] + j * b.strides[1]];
      }
      out.push(sum);
    }
  }
  return out;
}

describe("matmul", () => {
  for (const [mode, ta, tb] of [
    ["NN", false, false],
    ["NT", false, true],
    ["TN", true, false],
    ["TT", true, true],
  ] as const) {
    it(`multiplies in mode ${mode}, sizes 1 to 40`, () => {
      for (let size = 1; size <= 40; size++) {
        const m = size;
        const n = ((size * 7) % 40) + 1;
        const k = ((size * 13) % 40) + 1;
        const dtype = size % 2 === 0 ? "f32" : "f64";
        const a = matrix(dtype, m, k, ta);
        const b = matrix(dtype, k, n, tb);
        expectClose(run(backend.kernels.matmul, [a, b], [[dtype, [m, n]]], undefined)[0], reference(a, b), 1e-6);
      }
    });

    it(`crosses the edges of blocks in mode ${mode}`, () => {
      for (const [m, n, k] of [
        [67, 261, 9],
        [5, 3, 700],
        [130, 17, 257],
        [1, 300, 40],
        [300, 1, 40],
        [2, 530, 33],
      ]) {
        const a = matrix("f64", m, k, ta);
        const b = matrix("f64", k, n, tb);
        expectClose(run(backend.kernels.matmul, [a, b], [["f64", [m, n]]], undefined)[0], reference(a, b), 1e-12);
      }
    });
  }

  it("takes batches, and one matrix for all of them", () => {
    const a = dense("f32", [2, 3, 5, 4]);
    const b = strided("f32", [2, 3, 4, 6], [0, 24, 6, 1], 0, values("f32", 72));
    const expected: number[] = [];
    for (let x = 0; x < 2; x++) {
      for (let y = 0; y < 3; y++) {
        for (let i = 0; i < 5; i++) {
          for (let j = 0; j < 6; j++) {
            let sum = 0;
            for (let l = 0; l < 4; l++) sum += at(a, [x, y, i, l]) * at(b, [x, y, l, j]);
            expected.push(sum);
          }
        }
      }
    }
    expectClose(run(backend.kernels.matmul, [a, b], [["f32", [2, 3, 5, 6]]], undefined)[0], expected, 1e-6);
  });

  it("takes negative and zero strides", () => {
    const a = strided("f64", [7, 9], [-9, 1], 54, values("f64", 63));
    const b = strided("f64", [9, 11], [0, -1], 10, values("f64", 11));
    expectClose(run(backend.kernels.matmul, [a, b], [["f64", [7, 11]]], undefined)[0], reference(a, b), 1e-12);
  });

  it("keeps NaN and infinities", () => {
    const a = dense("f32", [2, 2], [NaN, 0, 1, 0]);
    const b = dense("f32", [2, 3], [Infinity, 1, 0, 1, 1, 1]);
    expectClose(
      run(backend.kernels.matmul, [a, b], [["f32", [2, 3]]], undefined)[0],
      [NaN, NaN, NaN, Infinity, 1, 0],
      0,
    );
  });
});
