import type { OpCases } from "@nn/tensor/cases";
import * as layers from "../index.js";

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const rowsOf = (x: readonly number[], length: number) =>
  Array.from({ length: x.length / length }, (_, i) => x.slice(i * length, (i + 1) * length));
const dot = (a: readonly number[], b: readonly number[]) => total(a.map((value, i) => value * b[i]));
const cosine = (a: readonly number[], b: readonly number[]) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
const distance = (a: readonly number[], b: readonly number[], p = 2, eps = 1e-6) =>
  total(a.map((value, i) => Math.abs(value - b[i] + eps) ** p)) ** (1 / p);

/** Cases of what compares vectors, and of the losses made of it. */
export const vectorLossCases: readonly OpCases[] = [
  {
    op: "normalize",
    cases: [
      {
        name: "rows",
        inputs: [{ shape: [3, 4] }],
        run: (x) => layers.normalize(x),
        reference: (x) => [rowsOf(x, 4).flatMap((row) => row.map((value) => value / Math.sqrt(dot(row, row))))],
      },
      {
        name: "a middle axis",
        inputs: [{ shape: [2, 3, 2] }],
        run: (x) => layers.normalize(x, { axis: -2 }),
        reference: (x) => [
          x.map((value, i) => {
            const start = Math.floor(i / 6) * 6 + (i % 2);
            return value / Math.hypot(x[start], x[start + 2], x[start + 4]);
          }),
        ],
      },
      {
        name: "zeros",
        inputs: [{ shape: [2, 2], values: [0, 0, 3, 4] }],
        run: (x) => layers.normalize(x),
        reference: () => [[0, 0, 0.6, 0.8]],
        noGradient: "the zero vector has no direction",
      },
      { name: "nothing", inputs: [{ shape: [0, 3] }], run: (x) => layers.normalize(x) },
    ],
    errors: [
      {
        name: "an axis that does not exist",
        inputs: [{ shape: [3] }],
        run: (x) => layers.normalize(x),
        error: "ShapeError",
        says: ["[normalize]", "the axis does not exist"],
      },
    ],
  },
  {
    op: "cosineSimilarity",
    cases: [
      {
        name: "rows",
        inputs: [{ shape: [3, 4] }, { shape: [3, 4] }],
        run: (a, b) => layers.cosineSimilarity(a, b),
        reference: (a, b) => [rowsOf(a, 4).map((row, i) => cosine(row, rowsOf(b, 4)[i]))],
      },
      {
        name: "all pairs",
        inputs: [{ shape: [3, 1, 4] }, { shape: [1, 2, 4] }],
        run: (a, b) => layers.cosineSimilarity(a, b, { axis: 2 }),
        reference: (a, b) => [rowsOf(a, 4).flatMap((row) => rowsOf(b, 4).map((other) => cosine(row, other)))],
      },
    ],
    errors: [
      {
        name: "integers",
        inputs: [{ shape: [2, 3], dtype: "i32" }, { shape: [2, 3] }],
        run: (a, b) => layers.cosineSimilarity(a, b),
        error: "DTypeError",
        says: ["[cosineSimilarity]", "all f32 or all f64"],
      },
    ],
  },
  {
    op: "pairwiseDistance",
    cases: [1, 2, 3].map((p) => ({
      name: `p ${p}`,
      inputs: [{ shape: [3, 4] }, { shape: [3, 4] }],
      run: (a, b) => layers.pairwiseDistance(a, b, { p }),
      reference: (a, b) => [rowsOf(a, 4).map((row, i) => distance(row, rowsOf(b, 4)[i], p))],
    })),
    errors: [
      {
        name: "no degree",
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
        run: (a, b) => layers.pairwiseDistance(a, b, { p: 0 }),
        error: "DataError",
        says: ["[pairwiseDistance]", "p is not a positive number"],
      },
    ],
  },
  {
    op: "tripletMarginLoss",
    cases: [false, true].map((swap) => ({
      name: swap ? "none, swapped" : "none",
      inputs: [{ shape: [4, 3] }, { shape: [4, 3] }, { shape: [4, 3] }],
      run: (a, p, n) => layers.tripletMarginLoss(a, p, n, { swap, reduction: "none" }),
      reference: (a, p, n) => {
        const [positive, negative] = [rowsOf(p, 3), rowsOf(n, 3)];
        const far = (row: number[], i: number) => {
          const own = distance(row, negative[i]);
          return swap ? Math.min(own, distance(positive[i], negative[i])) : own;
        };
        return [rowsOf(a, 3).map((row, i) => Math.max(0, distance(row, positive[i]) - far(row, i) + 1))];
      },
    })),
    errors: [
      {
        name: "another number of negatives",
        inputs: [{ shape: [4, 3] }, { shape: [4, 3] }, { shape: [2, 3] }],
        run: (a, p, n) => layers.tripletMarginLoss(a, p, n),
        error: "ShapeError",
        says: ["[tripletMarginLoss]", "f32 [2, 3]"],
      },
    ],
  },
  {
    op: "cosineEmbeddingLoss",
    cases: [
      {
        name: "mean",
        inputs: [{ shape: [4, 3] }, { shape: [4, 3] }, { shape: [4], dtype: "i32", values: [1, -1, -1, 1] }],
        run: (a, b, target) => layers.cosineEmbeddingLoss(a, b, target, { margin: -0.25 }),
        reference: (a, b, t) => {
          const cosines = rowsOf(a, 3).map((row, i) => cosine(row, rowsOf(b, 3)[i]));
          return [[total(cosines.map((c, i) => (t[i] > 0 ? 1 - c : Math.max(0, c + 0.25)))) / 4]];
        },
      },
    ],
    errors: [
      {
        name: "a target for each element",
        inputs: [{ shape: [4, 3] }, { shape: [4, 3] }, { shape: [4, 3] }],
        run: (a, b, target) => layers.cosineEmbeddingLoss(a, b, target),
        error: "ShapeError",
        says: ["[cosineEmbeddingLoss]", "one target"],
      },
    ],
  },
  {
    op: "multiMarginLoss",
    cases: ([1, 2] as const).map((p) => ({
      name: `p ${p}`,
      inputs: [{ shape: [4, 3] }, { shape: [4], dtype: "i32", range: [0, 3] }],
      run: (x, target) => layers.multiMarginLoss(x, target, { p, margin: 0.75, reduction: "none" }),
      reference: (x, target) => [
        rowsOf(x, 3).map((row, i) => {
          const others = row.filter((_, c) => c !== target[i]);
          return total(others.map((other) => Math.max(0, 0.75 - row[target[i]] + other) ** p)) / 3;
        }),
      ],
    })),
    errors: [
      {
        name: "images",
        inputs: [{ shape: [2, 3, 2] }, { shape: [2, 2], dtype: "i32", range: [0, 3] }],
        run: (x, target) => layers.multiMarginLoss(x, target),
        error: "ShapeError",
        says: ["[multiMarginLoss]", "(n, c)"],
      },
    ],
  },
  {
    op: "diceLoss",
    cases: [false, true].map((squared) => ({
      name: squared ? "none, squared" : "none",
      inputs: [
        { shape: [2, 3, 2, 2], range: [0, 1] },
        { shape: [2, 3, 2, 2], range: [0, 1] },
      ],
      run: (x, target) => layers.diceLoss(x, target, { squared, smooth: 0.5, reduction: "none" }),
      reference: (x, target) => [
        rowsOf(x, 4).map((row, i) => {
          const truth = rowsOf(target, 4)[i];
          const sums = squared ? dot(row, row) + dot(truth, truth) : total(row) + total(truth);
          return 1 - (2 * dot(row, truth) + 0.5) / (sums + 0.5);
        }),
      ],
    })),
    errors: [
      {
        name: "no places",
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
        run: (x, target) => layers.diceLoss(x, target),
        error: "ShapeError",
        says: ["[diceLoss]", "(n, c, …)", "input.unsqueeze(1)"],
      },
    ],
  },
];
