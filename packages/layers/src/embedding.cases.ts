import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { embeddingGradOp } from "./embedding-op.js";
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
    ...(paddingIndex === undefined ? {} : { noGradient: "differences move the padding row; see embeddingGrad" }),
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

function gradient(
  name: string,
  index: CaseInput,
  weightShape: readonly [number, number],
  paddingIndex: number | null = null,
): OpCase {
  const [n, d] = weightShape;
  return {
    name,
    inputs: [index, { shape: [index.shape[0], d] }],
    run: (at, g) => embeddingGradOp.call([at, g], { weightShape, paddingIndex }),
    reference: (at, g) => {
      const sums = new Array<number>(n * d).fill(0);
      at.forEach((row, i) => {
        if (row < 0 || row >= n || row === paddingIndex) return;
        for (let k = 0; k < d; k++) sums[row * d + k] += g[i * d + k];
      });
      return [sums];
    },
  };
}

/** Cases of the gradient of `embedding`. */
export const embeddingGradCases: OpCases = {
  op: "embeddingGrad",
  cases: [
    gradient("tokens", tokens([6], 5), [5, 3]),
    gradient("many of few", tokens([93], 3), [3, 17]),
    gradient("rows without a token", tokens([2], 9), [9, 4]),
    gradient("a padding row", { shape: [5], dtype: "i32", values: [0, 2, 2, 1, 3] }, [4, 3], 2),
    gradient("the first row is padding", { shape: [4], dtype: "i32", values: [0, 2, 0, 1] }, [3, 2], 0),
    gradient("rows that do not exist", { shape: [4], dtype: "i32", values: [-1, 1, 4, 0] }, [4, 2]),
    gradient("no tokens", { shape: [0], dtype: "i32" }, [4, 3]),
  ],
};
