import type { CaseInput, ErrorCase, OpCases } from "@nn/tensor/cases";
import { crossEntropy, softmaxCrossEntropy } from "../index.js";

/** -log softmax of a row at a class. */
function lossOf(row: readonly number[], target: number): number {
  const top = Math.max(...row);
  return top + Math.log(row.reduce((sum, x) => sum + Math.exp(x - top), 0)) - row[target];
}

/** Rows of `classes` elements. */
function rowsOf(x: readonly number[], classes: number): number[][] {
  return Array.from({ length: x.length / classes }, (_, i) => x.slice(i * classes, (i + 1) * classes));
}

const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
const target = (count: number, classes: number): CaseInput => ({ shape: [count], dtype: "i32", range: [0, classes] });

/** Cases of the fused core. */
export const softmaxCrossEntropyCases: OpCases = {
  op: "softmaxCrossEntropy",
  cases: [
    {
      name: "rows",
      inputs: [{ shape: [6, 5] }, target(6, 5)],
      run: (logits, target) => softmaxCrossEntropy(logits, target),
      reference: (logits, target) => [rowsOf(logits, 5).map((row, i) => lossOf(row, target[i]))],
    },
    {
      name: "many classes",
      inputs: [{ shape: [3, 67], range: [-8, 8] }, target(3, 67)],
      run: (logits, target) => softmaxCrossEntropy(logits, target),
      reference: (logits, target) => [rowsOf(logits, 67).map((row, i) => lossOf(row, target[i]))],
    },
    {
      name: "large logits",
      inputs: [
        { shape: [2, 3], values: [1000, 0, -1000, 500, 500, -500] },
        { shape: [2], dtype: "i32", values: [1, 0] },
      ],
      run: (logits, target) => softmaxCrossEntropy(logits, target),
      reference: (logits, target) => [rowsOf(logits, 3).map((row, i) => lossOf(row, target[i]))],
      noGradient: "central differences lose all digits at 1000",
    },
    {
      name: "one class",
      inputs: [{ shape: [3, 1] }, { shape: [3], dtype: "i32", values: [0, 0, 0] }],
      run: (logits, target) => softmaxCrossEntropy(logits, target),
      reference: () => [[0, 0, 0]],
    },
    {
      name: "a class that does not exist",
      inputs: [{ shape: [3, 2] }, { shape: [3], dtype: "i32", values: [-1, 1, 2] }],
      run: (logits, target) => softmaxCrossEntropy(logits, target),
      reference: (logits, target) => [
        rowsOf(logits, 2).map((row, i) => (target[i] === 1 ? lossOf(row, 1) : Number.NaN)),
      ],
      noGradient: "the loss is NaN",
    },
    {
      name: "no rows",
      inputs: [{ shape: [0, 3] }, { shape: [0], dtype: "i32" }],
      run: (logits, target) => softmaxCrossEntropy(logits, target),
    },
  ],
  errors: [
    {
      name: "a class for each logit",
      inputs: [{ shape: [4, 3] }, { shape: [4, 3], dtype: "i32", range: [0, 3] }],
      run: (logits, target) => softmaxCrossEntropy(logits, target),
      error: "ShapeError",
      says: ["f32 [4, 3]", "i32 [4, 3]"],
    },
  ],
};

const wrong = (name: string, inputs: readonly CaseInput[], error: ErrorCase["error"], says: string[]): ErrorCase => ({
  name,
  inputs,
  run: (logits, target) => crossEntropy(logits, target),
  error,
  says,
});

/** Cases of `crossEntropy`. */
export const crossEntropyCases: OpCases = {
  op: "crossEntropy",
  cases: [
    {
      name: "mean",
      inputs: [{ shape: [5, 4] }, target(5, 4)],
      run: (logits, target) => crossEntropy(logits, target),
      reference: (logits, target) => [[mean(rowsOf(logits, 4).map((row, i) => lossOf(row, target[i])))]],
    },
    {
      name: "ignored rows do not count",
      inputs: [{ shape: [4, 3] }, { shape: [4], dtype: "i32", values: [-100, 2, 0, -100] }],
      run: (logits, target) => crossEntropy(logits, target),
      reference: (logits, target) => {
        const rows = rowsOf(logits, 3);
        return [[mean([1, 2].map((i) => lossOf(rows[i], target[i])))]];
      },
    },
    {
      name: "images, a class ignored, none reduced",
      inputs: [{ shape: [2, 3, 2, 2] }, { shape: [2, 2, 2], dtype: "i32", range: [0, 3] }],
      run: (logits, target) => crossEntropy(logits, target, { ignoreIndex: 1, reduction: "none" }),
      reference: (logits, target) => [
        target.map((t, i) => {
          const place = (c: number) => (Math.floor(i / 4) * 3 + c) * 4 + (i % 4);
          return t === 1
            ? 0
            : lossOf(
                [0, 1, 2].map((c) => logits[place(c)]),
                t,
              );
        }),
      ],
    },
    {
      name: "class weights and label smoothing",
      inputs: [{ shape: [5, 3] }, target(5, 3), { shape: [3], range: [0.5, 2] }],
      run: (logits, target, weight) => crossEntropy(logits, target, { weight, labelSmoothing: 0.2 }),
      reference: (logits, target, weight) => {
        let total = 0;
        rowsOf(logits, 3).forEach((row, i) => {
          const smooth = mean(row.map((_, c) => weight[c] * lossOf(row, c)));
          total += 0.8 * weight[target[i]] * lossOf(row, target[i]) + 0.2 * smooth;
        });
        return [[total / target.reduce((sum, t) => sum + weight[t], 0)]];
      },
    },
    {
      name: "probabilities",
      inputs: [{ shape: [4, 3] }, { shape: [4, 3], range: [0, 1] }],
      run: (logits, target) => crossEntropy(logits, target, { reduction: "sum" }),
      reference: (logits, target) => [
        [
          rowsOf(logits, 3).reduce(
            (sum, row, i) => sum + row.reduce((s, _, c) => s + target[i * 3 + c] * lossOf(row, c), 0),
            0,
          ),
        ],
      ],
    },
  ],
  errors: [
    wrong("classes as floats", [{ shape: [4, 3] }, { shape: [4] }], "ShapeError", ['target.cast("i32")', "f32 [4]"]),
    wrong("classes as bool", [{ shape: [4, 3] }, { shape: [4], dtype: "bool" }], "DTypeError", ["must be i32"]),
    wrong("too few classes", [{ shape: [4, 3] }, target(3, 3)], "ShapeError", ["a target [4]", "i32 [3]"]),
    wrong("no batch", [{ shape: [3] }, { shape: [], dtype: "i32", values: [0] }], "ShapeError", ["input.unsqueeze(0)"]),
    wrong("integers as logits", [{ shape: [4, 3], dtype: "i32" }, target(4, 3)], "DTypeError", ["f32 or f64"]),
  ],
};
