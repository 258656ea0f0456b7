import type { Tensor } from "@nn/tensor";
import type { OpCase, OpCases } from "@nn/tensor/cases";
import { logSoftmax, softmax, softmin } from "./index.js";

type Row = (row: readonly number[]) => number[];

const softmaxRow: Row = (row) => {
  const top = Math.max(...row);
  const total = row.reduce((sum, x) => sum + Math.exp(x - top), 0);
  return row.map((x) => Math.exp(x - top) / total);
};
const logSoftmaxRow: Row = (row) => {
  const top = Math.max(...row);
  const total = row.reduce((sum, x) => sum + Math.exp(x - top), 0);
  return row.map((x) => x - top - Math.log(total));
};

/** Applies a function of rows along the middle of `[outer, length, inner]`. */
function along(x: readonly number[], [outer, length, inner]: readonly number[], fn: Row): number[] {
  const y = new Array<number>(x.length);
  for (let o = 0; o < outer; o++) {
    for (let i = 0; i < inner; i++) {
      const place = (k: number) => (o * length + k) * inner + i;
      fn(Array.from({ length }, (_, k) => x[place(k)])).forEach((value, k) => {
        y[place(k)] = value;
      });
    }
  }
  return y;
}

function casesOf(run: (x: Tensor, axis?: number) => Tensor, row: Row): OpCase[] {
  return [
    {
      name: "last axis",
      inputs: [{ shape: [3, 5] }],
      run: (x) => run(x),
      reference: (x) => [along(x, [3, 5, 1], row)],
    },
    {
      name: "middle axis",
      inputs: [{ shape: [2, 3, 4] }],
      run: (x) => run(x, 1),
      reference: (x) => [along(x, [2, 3, 4], row)],
    },
    {
      name: "first axis",
      inputs: [{ shape: [4, 3] }],
      run: (x) => run(x, 0),
      reference: (x) => [along(x, [1, 4, 3], row)],
    },
    {
      name: "wide range",
      inputs: [{ shape: [3, 4], range: [-200, 200] }],
      run: (x) => run(x),
      reference: (x) => [along(x, [3, 4, 1], row)],
      // Relative to a shift of hundreds.
      tolerance: 1e-4,
    },
    {
      name: "large and equal",
      inputs: [{ shape: [1, 3], values: [1e4, 1e4, -1e4] }],
      run: (x) => run(x),
      noGradient: "central differences lose all digits at 1e4",
    },
    { name: "one element", inputs: [{ shape: [3, 1] }], run: (x) => run(x) },
    { name: "nothing", inputs: [{ shape: [0, 4] }], run: (x) => run(x) },
    { name: "an axis of nothing", inputs: [{ shape: [2, 0] }], run: (x) => run(x) },
  ];
}

function errorsOf(name: string, run: (x: Tensor, axis?: number) => Tensor): OpCases["errors"] {
  return [
    {
      name: "integers",
      inputs: [{ shape: [2, 3], dtype: "i32", range: [0, 5] }],
      run: (x) => run(x),
      error: "DTypeError",
      says: [`[${name}]`, "f32 or f64"],
    },
    {
      name: "an axis that does not exist",
      inputs: [{ shape: [2, 3] }],
      run: (x) => run(x, 2),
      error: "ShapeError",
      says: [`[${name}]`, "the axis does not exist"],
    },
  ];
}

/** Cases of `softmax`. */
export const softmaxCases: OpCases = {
  op: "softmax",
  cases: casesOf(softmax, softmaxRow),
  errors: errorsOf("softmax", softmax),
};

/** Cases of `logSoftmax`. */
export const logSoftmaxCases: OpCases = {
  op: "logSoftmax",
  cases: casesOf(logSoftmax, logSoftmaxRow),
  errors: errorsOf("logSoftmax", logSoftmax),
};

/** Cases of `softmin`. */
export const softminCases: OpCases = {
  op: "softmin",
  cases: casesOf(softmin, (row) => softmaxRow(row.map((x) => -x))),
  errors: errorsOf("softmin", softmin),
};
