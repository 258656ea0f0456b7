import type { OpCase, OpCases } from "../cases.js";
import { matmul } from "./matmul.js";
import { build, place } from "./naive.js";
import { transpose } from "./transpose.js";

type Shape = readonly number[];

/** Batches broadcast to `batch`; both operands are at least matrices. */
function reference(a: Shape, b: Shape, batch: Shape) {
  const [m, k] = a.slice(-2) as [number, number];
  const n = b.at(-1)!;
  const at = (own: Shape, index: Shape, row: number, column: number) => {
    const lead = own.slice(0, -2);
    const from = lead.map((d, i) => (d === 1 ? 0 : index[i + batch.length - lead.length]!));
    return place([...from, row, column], own);
  };
  return (x: readonly number[], y: readonly number[]) => [
    build([...batch, m, n], (index) => {
      const [row, column] = index.slice(-2) as [number, number];
      let sum = 0;
      for (let i = 0; i < k; i++) sum += x[at(a, index, row, i)]! * y[at(b, index, i, column)]!;
      return sum;
    }),
  ];
}

function product(name: string, a: Shape, b: Shape, batch: Shape = []): OpCase {
  const run: OpCase["run"] = (x, y) => matmul(x!, y!);
  return { name, inputs: [{ shape: a }, { shape: b }], run, reference: reference(a, b, batch) };
}

/** A vector as a matrix, for the reference. */
function withVector(name: string, a: Shape, b: Shape, batch: Shape = []): OpCase {
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  return { ...product(name, a, b), reference: reference(left, right, batch) };
}

/** `matmul`. */
export const matmulCases: OpCases = {
  op: "matmul",
  cases: [
    product("2d", [3, 4], [4, 5]),
    product("one row", [1, 6], [6, 3]),
    product("one column", [5, 6], [6, 1]),
    product("inner size 1", [3, 1], [1, 4]),
    product("beyond a register tile in every size", [9, 13], [13, 17]),
    { ...product("beyond a block in the inner size", [2, 300], [300, 3]), tolerance: 3e-5 /* sums of 300 terms */ },
    product("batched", [3, 2, 4], [3, 4, 3], [3]),
    product("batch broadcast from 1", [1, 2, 3], [4, 3, 2], [4]),
    product("batches broadcast on both sides", [2, 1, 2, 3], [3, 3, 2], [2, 3]),
    product("batched times 2d", [3, 2, 4], [4, 3], [3]),
    product("2d times batched", [2, 4], [3, 4, 2], [3]),
    withVector("vector times vector", [5], [5]),
    withVector("matrix times vector", [3, 4], [4]),
    withVector("vector times matrix", [3], [3, 4]),
    withVector("batched times vector", [2, 3, 4], [4], [2]),
    {
      name: "both transposed",
      inputs: [{ shape: [4, 3] }, { shape: [5, 4] }],
      run: (a, b) => matmul(transpose(a!), transpose(b!)),
    },
    {
      name: "a matrix times its own transpose",
      inputs: [{ shape: [3, 4] }],
      run: (a) => matmul(a!, transpose(a!)),
    },
    product("inner size 0 gives zeros", [2, 0], [0, 3]),
    product("no rows", [0, 3], [3, 2]),
    product("no batch", [0, 2, 3], [3, 2], [0]),
  ],
  errors: [
    {
      name: "inner sizes differ",
      inputs: [{ shape: [2, 3] }, { shape: [4, 5] }],
      run: (a, b) => matmul(a!, b!),
      error: "ShapeError",
      says: ["[matmul]", "f32 [2, 3]", "f32 [4, 5]", "k = 3, got 4", "transpose"],
    },
    {
      name: "batches that do not broadcast",
      inputs: [{ shape: [2, 2, 3] }, { shape: [3, 3, 2] }],
      run: (a, b) => matmul(a!, b!),
      error: "ShapeError",
      says: ["[matmul]", "batch dimensions", "f32 [2, 2, 3]", "equal or 1"],
    },
    {
      name: "a scalar",
      inputs: [{ shape: [] }, { shape: [2, 2] }],
      run: (a, b) => matmul(a!, b!),
      error: "ShapeError",
      says: ["[matmul]", "scalar", "use mul"],
    },
    {
      name: "i32",
      inputs: [
        { shape: [2, 2], dtype: "i32" },
        { shape: [2, 2], dtype: "i32" },
      ],
      run: (a, b) => matmul(a!, b!),
      error: "DTypeError",
      says: ["[matmul]", "i32 [2, 2]", 'cast("f32")'],
    },
  ],
};
