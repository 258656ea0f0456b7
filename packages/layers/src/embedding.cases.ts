import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { Embedding, embedding } from "./index.js";

/** Rows of a table in plain numbers, NaN where there is none. */
function rowsOf(index: readonly number[], weight: readonly number[], d: number): number[] {
  return index.flatMap((row) => Array.from({ length: d }, (_, k) => weight[row * d + k] ?? Number.NaN));
}

function lookup(name: string, index: CaseInput, [n, d]: readonly [number, number], paddingIndex?: number): OpCase {
  return {
    name,
    inputs: [index, { shape: [n, d] }],
    run: (at, weight) => embedding(at, weight, { paddingIndex }),
    reference: (at, weight) => [rowsOf(at, weight, d)],
    // The gradient is that of a table whose padding row is a constant, which differences do not see.
    ...(paddingIndex === undefined ? {} : { noGradient: "differences move the padding row; the goldens check it" }),
  };
}

const tokens = (shape: readonly number[], n: number): CaseInput => ({ shape, dtype: "i32", range: [0, n] });

/** Cases of `embedding`. */
export const embeddingCases: OpCases = {
  op: "embedding",
  cases: [
    lookup("tokens", tokens([6], 5), [5, 3]),
    lookup("a batch of sequences", tokens([2, 4], 7), [7, 5]),
    lookup("one token", { shape: [], dtype: "i32", values: [2] }, [4, 3]),
    lookup("many of few", tokens([3, 31], 3), [3, 17]),
    lookup("a padding row", { shape: [5], dtype: "i32", values: [0, 2, 2, 1, 3] }, [4, 3], 2),
    lookup("no tokens", { shape: [0, 3], dtype: "i32" }, [4, 3]),
    {
      name: "a padding row, times itself",
      // The rows are taken with and without padding, so that differences see one of both.
      inputs: [{ shape: [5], dtype: "i32", values: [0, 2, 2, 1, 3] }, { shape: [4, 3] }],
      run: (at, weight) =>
        embedding(at, weight, { paddingIndex: -2 }).mul(at.notEqual(2).cast(weight.dtype).unsqueeze(1)),
      reference: (at, weight) => [rowsOf(at, weight, 3).map((value, i) => (at[Math.floor(i / 3)] === 2 ? 0 : value))],
    },
    {
      name: "rows that do not exist",
      inputs: [{ shape: [3], dtype: "i32", values: [-1, 1, 4] }, { shape: [4, 2] }],
      run: (at, weight) => embedding(at, weight),
      reference: (_, weight) => [[Number.NaN, Number.NaN, weight[2], weight[3], Number.NaN, Number.NaN]],
      noGradient: "the result is NaN",
    },
  ],
  errors: [
    {
      name: "floats as index",
      inputs: [{ shape: [3] }, { shape: [4, 2] }],
      run: (at, weight) => embedding(at, weight),
      error: "DTypeError",
      says: ["the index must be i32", "f32 [3]", 'index.cast("i32")'],
    },
    {
      name: "a table of numbers",
      inputs: [tokens([3], 4), { shape: [4] }],
      run: (at, weight) => embedding(at, weight),
      error: "ShapeError",
      says: ["the weight is no table", "[n, d]"],
    },
    {
      name: "a padding row that does not exist",
      inputs: [tokens([3], 4), { shape: [4, 2] }],
      run: (at, weight) => embedding(at, weight, { paddingIndex: 4 }),
      error: "DataError",
      says: ["paddingIndex from -4 to 3", "got 4"],
    },
    {
      name: "a layer without rows",
      inputs: [],
      run: () => new Embedding(0, 3),
      error: "DataError",
      says: ["[Embedding]", "numEmbeddings is not a positive integer"],
    },
  ],
};
