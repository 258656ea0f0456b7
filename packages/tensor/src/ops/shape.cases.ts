import type { OpCases } from "../cases.js";
import { clone, contiguous } from "./contiguous.js";
import { expand } from "./expand.js";
import { flatten } from "./flatten.js";
import { build, place } from "./naive.js";
import { permute } from "./permute.js";
import { reshape } from "./reshape.js";
import { squeeze } from "./squeeze.js";
import { sumTo } from "./sum-to.js";
import { transpose } from "./transpose.js";
import { unsqueeze } from "./unsqueeze.js";

type Numbers = readonly number[];

const same = (x: Numbers) => [x];

function permuted(shape: Numbers, axes: Numbers) {
  const out = axes.map((axis) => shape[axis]!);
  return (x: Numbers) => [
    build(
      out,
      (at) =>
        x[
          place(
            shape.map((_, axis) => at[axes.indexOf(axis)]!),
            shape,
          )
        ]!,
    ),
  ];
}

/** Ops that change shapes, not values. */
export const shapeCases: readonly OpCases[] = [
  {
    op: "reshape",
    cases: [
      { name: "with -1", inputs: [{ shape: [2, 6] }], run: (x) => reshape(x!, [3, -1]), reference: same },
      { name: "to a scalar", inputs: [{ shape: [1, 1] }], run: (x) => reshape(x!, []), reference: same },
      { name: "from a scalar", inputs: [{ shape: [] }], run: (x) => reshape(x!, [1, 1, 1]), reference: same },
      { name: "empty", inputs: [{ shape: [0, 3] }], run: (x) => reshape(x!, [3, 0]) },
      {
        name: "of a transposed tensor copies",
        inputs: [{ shape: [2, 3, 2] }],
        run: (x) => reshape(permute(x!, [2, 0, 1]), [4, 3]),
        reference: permuted([2, 3, 2], [2, 0, 1]),
      },
      { name: "bool", inputs: [{ shape: [4], dtype: "bool" }], run: (x) => reshape(x!, [2, 2]), reference: same },
    ],
    errors: [
      {
        name: "another number of elements",
        inputs: [{ shape: [2, 3] }],
        run: (x) => reshape(x!, [4, 2]),
        error: "ShapeError",
        says: ["[reshape]", "f32 [2, 3]", "6 elements", "[4, 2]", "8 elements"],
      },
      {
        name: "two unknowns",
        inputs: [{ shape: [4] }],
        run: (x) => reshape(x!, [-1, -1]),
        error: "ShapeError",
        says: ["[reshape]", "[-1, -1]"],
      },
    ],
  },
  {
    op: "permute",
    cases: [
      {
        name: "nchw to nhwc",
        inputs: [{ shape: [2, 3, 2, 4] }],
        run: (x) => permute(x!, [0, 2, 3, 1]),
        reference: permuted([2, 3, 2, 4], [0, 2, 3, 1]),
      },
      {
        name: "negative axes",
        inputs: [{ shape: [2, 3, 4] }],
        run: (x) => permute(x!, [-1, 0, -2]),
        reference: permuted([2, 3, 4], [2, 0, 1]),
      },
      {
        name: "eight axes",
        inputs: [{ shape: [1, 2, 1, 2, 3, 1, 2, 1] }],
        run: (x) => permute(x!, [7, 6, 1, 4, 3, 2, 5, 0]),
        reference: permuted([1, 2, 1, 2, 3, 1, 2, 1], [7, 6, 1, 4, 3, 2, 5, 0]),
      },
    ],
    errors: [
      {
        name: "no permutation",
        inputs: [{ shape: [2, 3] }],
        run: (x) => permute(x!, [0, 0]),
        error: "ShapeError",
        says: ["[permute]", "f32 [2, 3]", "[0, 0]", "exactly once"],
      },
    ],
  },
  {
    op: "transpose",
    cases: [
      {
        name: "the last two",
        inputs: [{ shape: [2, 3, 4] }],
        run: (x) => transpose(x!),
        reference: permuted([2, 3, 4], [0, 2, 1]),
      },
      {
        name: "outer axes",
        inputs: [{ shape: [2, 3, 4] }],
        run: (x) => transpose(x!, 0, 2),
        reference: permuted([2, 3, 4], [2, 1, 0]),
      },
    ],
    errors: [
      {
        name: "a vector",
        inputs: [{ shape: [3] }],
        run: (x) => transpose(x!),
        error: "ShapeError",
        says: ["[transpose]", "f32 [3]", "unsqueeze"],
      },
    ],
  },
  {
    op: "expand",
    cases: [
      {
        name: "new and stretched axes",
        inputs: [{ shape: [3, 1] }],
        run: (x) => expand(x!, [2, 3, 4]),
        reference: (x) => [build([2, 3, 4], ([, row]) => x[row!]!)],
      },
      {
        name: "scalar",
        inputs: [{ shape: [] }],
        run: (x) => expand(x!, [2, 2]),
        reference: ([x]) => [[x!, x!, x!, x!]],
      },
      { name: "to nothing", inputs: [{ shape: [1, 2] }], run: (x) => expand(x!, [0, 2]) },
    ],
    errors: [
      {
        name: "does not broadcast",
        inputs: [{ shape: [2, 3] }],
        run: (x) => expand(x!, [4, 3]),
        error: "ShapeError",
        says: ["[expand]", "f32 [2, 3]", "[4, 3]", "size 1"],
      },
    ],
  },
  {
    op: "sumTo",
    cases: [
      {
        name: "undoes a broadcast",
        inputs: [{ shape: [2, 3, 4] }],
        run: (x) => sumTo(x!, [3, 1]),
        reference: (x) => [
          [0, 1, 2].map((row) => {
            let sum = 0;
            for (const outer of [0, 1]) for (let i = 0; i < 4; i++) sum += x[outer * 12 + row * 4 + i]!;
            return sum;
          }),
        ],
      },
      { name: "the same shape", inputs: [{ shape: [2, 3] }], run: (x) => sumTo(x!, [2, 3]), reference: same },
      { name: "to a scalar", inputs: [{ shape: [2, 3] }], run: (x) => sumTo(x!, []) },
      { name: "only the rank", inputs: [{ shape: [1, 1, 3] }], run: (x) => sumTo(x!, [3]), reference: same },
    ],
  },
  {
    op: "squeeze",
    cases: [
      { name: "all", inputs: [{ shape: [1, 3, 1, 2] }], run: (x) => squeeze(x!), reference: same },
      { name: "one", inputs: [{ shape: [1, 3, 1] }], run: (x) => squeeze(x!, -1), reference: same },
    ],
    errors: [
      {
        name: "not of size 1",
        inputs: [{ shape: [1, 3] }],
        run: (x) => squeeze(x!, 1),
        error: "ShapeError",
        says: ["[squeeze]", "f32 [1, 3]", "size 3"],
      },
    ],
  },
  {
    op: "unsqueeze",
    cases: [
      { name: "front", inputs: [{ shape: [2, 3] }], run: (x) => unsqueeze(x!, 0), reference: same },
      { name: "end", inputs: [{ shape: [2, 3] }], run: (x) => unsqueeze(x!, -1), reference: same },
    ],
    errors: [
      {
        name: "out of range",
        inputs: [{ shape: [2, 3] }],
        run: (x) => unsqueeze(x!, 4),
        error: "ShapeError",
        says: ["[unsqueeze]", "rank 2", "from -3 to 2"],
      },
    ],
  },
  {
    op: "flatten",
    cases: [
      { name: "all", inputs: [{ shape: [2, 3, 2] }], run: (x) => flatten(x!), reference: same },
      { name: "from axis 1", inputs: [{ shape: [2, 3, 2] }], run: (x) => flatten(x!, 1), reference: same },
      { name: "scalar", inputs: [{ shape: [] }], run: (x) => flatten(x!), reference: same },
    ],
    errors: [
      {
        name: "the last before the first",
        inputs: [{ shape: [2, 3] }],
        run: (x) => flatten(x!, 1, 0),
        error: "ShapeError",
        says: ["[flatten]", "1 to 0", "swap"],
      },
    ],
  },
  {
    op: "contiguous",
    cases: [
      {
        name: "of a view",
        inputs: [{ shape: [2, 3] }],
        run: (x) => contiguous(transpose(x!)),
        reference: permuted([2, 3], [1, 0]),
      },
      { name: "of a dense tensor", inputs: [{ shape: [2, 3] }], run: (x) => contiguous(x!), reference: same },
      { name: "i32", inputs: [{ shape: [2, 3], dtype: "i32", range: [-9, 9] }], run: (x) => contiguous(transpose(x!)) },
      { name: "bool", inputs: [{ shape: [2, 3], dtype: "bool" }], run: (x) => contiguous(transpose(x!)) },
    ],
  },
  {
    op: "clone",
    cases: [
      { name: "dense", inputs: [{ shape: [2, 3] }], run: (x) => clone(x!), reference: same },
      { name: "empty", inputs: [{ shape: [0] }], run: (x) => clone(x!) },
    ],
  },
];
