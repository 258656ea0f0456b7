import type { CaseInput, OpCases } from "../cases.js";
import { gather } from "./gather.js";
import { indexSelect } from "./index-select.js";
import { build, coordinates, place } from "./naive.js";
import { oneHot } from "./one-hot.js";
import { scatterAdd } from "./scatter-add.js";

type Shape = readonly number[];
type Numbers = readonly number[];

const indices = (shape: Shape, values: Numbers): CaseInput => ({ shape, dtype: "i32", values });

function gatherReference(shape: Shape, index: Shape, axis: number) {
  return (x: Numbers, at: Numbers) => [
    build(index, (c) => {
      const picked = at[place(c, index)]!;
      if (picked < 0 || picked >= shape[axis]!) return Number.NaN;
      return x[place(c.with(axis, picked), shape)]!;
    }),
  ];
}

function scatterReference(shape: Shape, index: Shape, axis: number) {
  return (base: Numbers, at: Numbers, updates: Numbers) => {
    const out = [...base];
    coordinates(index).forEach((c, i) => {
      const picked = at[i]!;
      if (picked >= 0 && picked < shape[axis]!) out[place(c.with(axis, picked), shape)]! += updates[i]!;
    });
    return [out];
  };
}

const rows = indices([2, 3], [0, 3, 1, 2, 2, 0]);
const columns = indices([3, 6], [0, 0, 3, 1, 2, 2, 3, 3, 3, 3, 0, 1, 2, 1, 0, 1, 2, 3]);
const middle = indices([2, 2, 3], [1, 0, 1, 3, 3, 2, 0, 0, 0, 2, 1, 3]);
const outside = indices([5], [0, -1, 3, 2, 1000000]);
const repeats = indices([5, 2], [0, 2, 0, 1, 2, 2, 0, 0, 1, 2]);

/** Indexing by tensors. */
export const gatherCases: readonly OpCases[] = [
  {
    op: "gather",
    cases: [
      {
        name: "first axis",
        inputs: [{ shape: [4, 3] }, rows],
        run: (x, index) => gather(x!, 0, index!),
        reference: gatherReference([4, 3], [2, 3], 0),
      },
      {
        name: "last axis, with repeats",
        inputs: [{ shape: [3, 4] }, columns],
        run: (x, index) => gather(x!, -1, index!),
        reference: gatherReference([3, 4], [3, 6], 1),
      },
      {
        name: "middle axis",
        inputs: [{ shape: [2, 4, 3] }, middle],
        run: (x, index) => gather(x!, 1, index!),
        reference: gatherReference([2, 4, 3], [2, 2, 3], 1),
      },
      {
        name: "out of range gives NaN",
        inputs: [{ shape: [3] }, outside],
        run: (x, index) => gather(x!, 0, index!),
        reference: gatherReference([3], [5], 0),
        noGradient: "the weighted sum is NaN",
      },
      {
        name: "i32, out of range gives 0",
        inputs: [{ shape: [3], dtype: "i32", values: [7, 8, 9] }, outside],
        run: (x, index) => gather(x!, 0, index!),
        reference: () => [[7, 0, 0, 9, 0]],
      },
      {
        name: "bool, out of range gives false",
        inputs: [{ shape: [3], dtype: "bool", values: [1, 1, 1] }, outside],
        run: (x, index) => gather(x!, 0, index!),
        reference: () => [[1, 0, 0, 1, 0]],
      },
      { name: "no index", inputs: [{ shape: [3] }, indices([0], [])], run: (x, index) => gather(x!, 0, index!) },
    ],
    errors: [
      {
        name: "the index is f32",
        inputs: [{ shape: [3] }, { shape: [2] }],
        run: (x, index) => gather(x!, 0, index!),
        error: "DTypeError",
        says: ["[gather]", "must be i32", "got f32", 'index.cast("i32")'],
      },
      {
        name: "another rank",
        inputs: [{ shape: [3, 2] }, indices([2], [0, 1])],
        run: (x, index) => gather(x!, 0, index!),
        error: "ShapeError",
        says: ["[gather]", "f32 [3, 2]", "i32 [2]", "indexSelect"],
      },
      {
        name: "another size off the axis",
        inputs: [{ shape: [3, 2] }, indices([1, 1], [0])],
        run: (x, index) => gather(x!, 0, index!),
        error: "ShapeError",
        says: ["[gather]", "i32 [1, 1]", "everywhere but on axis 0"],
      },
    ],
  },
  {
    op: "scatterAdd",
    cases: [
      {
        name: "first axis, with repeats",
        inputs: [{ shape: [3, 2] }, repeats, { shape: [5, 2] }],
        run: (base, index, updates) => scatterAdd(base!, 0, index!, updates!),
        reference: scatterReference([3, 2], [5, 2], 0),
      },
      {
        name: "last axis, with repeats",
        inputs: [{ shape: [3, 4] }, columns, { shape: [3, 6] }],
        run: (base, index, updates) => scatterAdd(base!, -1, index!, updates!),
        reference: scatterReference([3, 4], [3, 6], 1),
      },
      {
        name: "middle axis",
        inputs: [{ shape: [2, 4, 3] }, middle, { shape: [2, 2, 3] }],
        run: (base, index, updates) => scatterAdd(base!, 1, index!, updates!),
        reference: scatterReference([2, 4, 3], [2, 2, 3], 1),
      },
      {
        name: "out of range adds nothing",
        inputs: [{ shape: [3] }, outside, { shape: [5] }],
        run: (base, index, updates) => scatterAdd(base!, 0, index!, updates!),
        reference: scatterReference([3], [5], 0),
      },
      {
        name: "i32",
        inputs: [indices([3], [1, 2, 3]), indices([4], [0, 0, 2, 0]), indices([4], [10, 20, 30, 40])],
        run: (base, index, updates) => scatterAdd(base!, 0, index!, updates!),
        reference: () => [[71, 2, 33]],
      },
      {
        name: "no update",
        inputs: [{ shape: [3] }, indices([0], []), { shape: [0] }],
        run: (base, index, updates) => scatterAdd(base!, 0, index!, updates!),
        reference: (base) => [base],
      },
    ],
    errors: [
      {
        name: "index and updates differ",
        inputs: [{ shape: [3] }, indices([2], [0, 1]), { shape: [3] }],
        run: (base, index, updates) => scatterAdd(base!, 0, index!, updates!),
        error: "ShapeError",
        says: ["[scatterAdd]", "differ in shape", "i32 [2]", "f32 [3]"],
      },
      {
        name: "dtypes differ",
        inputs: [{ shape: [3] }, indices([2], [0, 1]), { shape: [2], dtype: "i32" }],
        run: (base, index, updates) => scatterAdd(base!, 0, index!, updates!),
        error: "DTypeError",
        says: ["[scatterAdd]", "same dtype"],
      },
    ],
  },
  {
    op: "indexSelect",
    cases: [
      {
        name: "rows, with repeats",
        inputs: [{ shape: [4, 3] }, indices([5], [3, 0, 0, 2, 0])],
        run: (x, index) => indexSelect(x!, 0, index!),
        reference: (x, index) => [index.flatMap((i) => x.slice(3 * i, 3 * i + 3))],
      },
      {
        name: "middle axis",
        inputs: [{ shape: [2, 3, 2] }, indices([2], [2, 1])],
        run: (x, index) => indexSelect(x!, 1, index!),
        reference: (x, index) => [build([2, 2, 2], (at) => x[place(at.with(1, index[at[1]!]!), [2, 3, 2])]!)],
      },
      {
        name: "last axis",
        inputs: [{ shape: [2, 5] }, indices([1], [3])],
        run: (x, index) => indexSelect(x!, -1, index!),
        reference: (x) => [[x[3]!, x[8]!]],
      },
      {
        name: "no index",
        inputs: [{ shape: [4, 3] }, indices([0], [])],
        run: (x, index) => indexSelect(x!, 0, index!),
      },
    ],
    errors: [
      {
        name: "the index is f32",
        inputs: [{ shape: [3] }, { shape: [2] }],
        run: (x, index) => indexSelect(x!, 0, index!),
        error: "DTypeError",
        says: ["[indexSelect]", "must be i32"],
      },
      {
        name: "the index has two axes",
        inputs: [{ shape: [3] }, indices([1, 1], [0])],
        run: (x, index) => indexSelect(x!, 0, index!),
        error: "ShapeError",
        says: ["[indexSelect]", "one dimension", "i32 [1, 1]", "gather"],
      },
    ],
  },
  {
    op: "oneHot",
    cases: [
      {
        name: "vector",
        inputs: [indices([4], [2, 0, 1, 2])],
        run: (index) => oneHot(index!, 3),
        reference: (index) => [index.flatMap((i) => [0, 1, 2].map((c) => Number(c === i)))],
      },
      {
        name: "matrix to i32, out of range is all 0",
        inputs: [indices([2, 2], [0, 5, -1, 1])],
        run: (index) => oneHot(index!, 2, "i32"),
        reference: () => [[1, 0, 0, 0, 0, 0, 0, 1]],
      },
      { name: "bool", inputs: [indices([2], [1, 0])], run: (index) => oneHot(index!, 2, "bool") },
      { name: "empty", inputs: [indices([0], [])], run: (index) => oneHot(index!, 3) },
    ],
    errors: [
      {
        name: "the index is f32",
        inputs: [{ shape: [3] }],
        run: (index) => oneHot(index!, 3),
        error: "DTypeError",
        says: ["[oneHot]", "must be i32", "f32 [3]"],
      },
    ],
  },
];
