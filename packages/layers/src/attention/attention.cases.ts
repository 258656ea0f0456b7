import type { OpCases } from "@nn/tensor/cases";
import * as layers from "../index.js";

type Looks = (query: number, key: number) => boolean;

/** Attention of one head in plain numbers; `looks` says what is allowed, `added` what is added to a score. */
function attention(
  [q, k, v]: readonly (readonly number[])[],
  [l, s, d, dv]: readonly number[],
  looks: Looks = () => true,
  added: (query: number, key: number) => number = () => 0,
): number[] {
  return Array.from({ length: l }, (_, i) => {
    const keys = Array.from({ length: s }, (_, j) => j).filter((j) => looks(i, j));
    const scores = keys.map((j) => {
      let product = 0;
      for (let e = 0; e < d; e++) product += q[i * d + e] * k[j * d + e];
      return product / Math.sqrt(d) + added(i, j);
    });
    const top = Math.max(...scores);
    const sum = scores.reduce((total, x) => total + Math.exp(x - top), 0);
    return Array.from({ length: dv }, (_, c) =>
      keys.reduce((total, j, at) => total + (Math.exp(scores[at] - top) / sum) * v[j * dv + c], 0),
    );
  }).flat();
}

const one = [{ shape: [3, 4] }, { shape: [5, 4] }, { shape: [5, 2] }];
const sizes = [3, 5, 4, 2];

/** Cases of `scaledDotProductAttention`. */
export const attentionCases: OpCases = {
  op: "scaledDotProductAttention",
  cases: [
    {
      name: "one head",
      inputs: one,
      run: (q, k, v) => layers.scaledDotProductAttention(q, k, v),
      reference: (q, k, v) => [attention([q, k, v], sizes)],
    },
    {
      name: "causal",
      inputs: one,
      run: (q, k, v) => layers.scaledDotProductAttention(q, k, v, { causal: true }),
      reference: (q, k, v) => [attention([q, k, v], sizes, (i, j) => j <= i)],
    },
    {
      name: "heads and images, a mask for all heads, and one query that sees nothing",
      inputs: [
        { shape: [2, 2, 3, 4] },
        { shape: [2, 2, 5, 4] },
        { shape: [2, 2, 5, 2] },
        {
          shape: [2, 1, 3, 5],
          dtype: "bool",
          values: Array.from({ length: 30 }, (_, i) => (i >= 5 && i % 3 > 0 ? 1 : 0)),
        },
      ],
      run: (q, k, v, mask) => layers.scaledDotProductAttention(q, k, v, { mask }),
      reference: (q, k, v, mask) => [
        [0, 1, 2, 3].flatMap((head) => {
          const of = (x: readonly number[], size: number) => x.slice(head * size, (head + 1) * size);
          const at = Math.floor(head / 2) * 15;
          return attention([of(q, 12), of(k, 20), of(v, 10)], sizes, (i, j) => mask[at + i * 5 + j] === 1);
        }),
      ],
    },
    {
      name: "a mask that is added",
      inputs: [...one, { shape: [3, 5] }],
      run: (q, k, v, mask) => layers.scaledDotProductAttention(q, k, v, { mask }),
      reference: (q, k, v, mask) => [attention([q, k, v], sizes, undefined, (i, j) => mask[i * 5 + j])],
    },
    {
      name: "no queries",
      inputs: [{ shape: [2, 0, 4] }, { shape: [2, 3, 4] }, { shape: [2, 3, 4] }],
      run: (q, k, v) => layers.scaledDotProductAttention(q, k, v, { causal: true }),
    },
  ],
  errors: [
    {
      name: "other features",
      inputs: [{ shape: [3, 4] }, { shape: [3, 5] }, { shape: [3, 5] }],
      run: (q, k, v) => layers.scaledDotProductAttention(q, k, v),
      error: "ShapeError",
      says: ["[scaledDotProductAttention]", "f32 [3, 4]", "one d for query and key"],
    },
    {
      name: "a mask without the dimension of the heads",
      inputs: [
        { shape: [2, 4, 3, 4] },
        { shape: [2, 4, 5, 4] },
        { shape: [2, 4, 5, 4] },
        { shape: [2, 5, 3], dtype: "bool" },
      ],
      run: (q, k, v, mask) => layers.scaledDotProductAttention(q, k, v, { mask }),
      error: "ShapeError",
      says: ["the mask does not fit the scores", "[2, 4, 3, 5]", "mask.unsqueeze(1)"],
    },
    {
      name: "a mask of integers",
      inputs: [...one, { shape: [3, 5], dtype: "i32" }],
      run: (q, k, v, mask) => layers.scaledDotProductAttention(q, k, v, { mask }),
      error: "DTypeError",
      says: ['mask.cast("bool")'],
    },
    {
      name: "heads that do not divide",
      inputs: [],
      run: () => new layers.MultiheadAttention(8, 3),
      error: "DataError",
      says: ["[MultiheadAttention]", "a divisor of 8", "got 3"],
    },
  ],
};
