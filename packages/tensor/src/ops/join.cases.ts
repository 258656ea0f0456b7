import type { OpCases } from "../cases.js";
import { concat } from "./concat.js";
import { build, place } from "./naive.js";
import { split } from "./split.js";
import { stack } from "./stack.js";

type Shape = readonly number[];

function concatReference(shapes: readonly Shape[], axis: number) {
  const total = shapes.reduce((sum, shape) => sum + shape[axis]!, 0);
  return (...inputs: readonly (readonly number[])[]) => [
    build(shapes[0]!.with(axis, total), (at) => {
      let rest = at[axis]!;
      const which = shapes.findIndex((shape) => {
        if (rest < shape[axis]!) return true;
        rest -= shape[axis]!;
        return false;
      });
      return inputs[which]![place(at.with(axis, rest), shapes[which]!)]!;
    }),
  ];
}

/** Joining and cutting. */
export const joinCases: readonly OpCases[] = [
  {
    op: "concat",
    cases: [
      {
        name: "first axis",
        inputs: [{ shape: [2, 3] }, { shape: [1, 3] }, { shape: [3, 3] }],
        run: (...inputs) => concat(inputs),
        reference: concatReference(
          [
            [2, 3],
            [1, 3],
            [3, 3],
          ],
          0,
        ),
      },
      {
        name: "last axis",
        inputs: [{ shape: [2, 3] }, { shape: [2, 1] }],
        run: (...inputs) => concat(inputs, -1),
        reference: concatReference(
          [
            [2, 3],
            [2, 1],
          ],
          1,
        ),
      },
      {
        name: "middle axis",
        inputs: [{ shape: [2, 1, 2] }, { shape: [2, 3, 2] }],
        run: (...inputs) => concat(inputs, 1),
        reference: concatReference(
          [
            [2, 1, 2],
            [2, 3, 2],
          ],
          1,
        ),
      },
      { name: "one tensor", inputs: [{ shape: [2, 3] }], run: (x) => concat([x!]), reference: (x) => [x] },
      {
        name: "the same tensor twice",
        inputs: [{ shape: [2] }],
        run: (x) => concat([x!, x!]),
        reference: (x) => [[...x, ...x]],
      },
      {
        name: "forty tensors",
        inputs: Array.from({ length: 40 }, () => ({ shape: [1, 2] })),
        run: (...inputs) => concat(inputs),
        reference: (...inputs) => [inputs.flat()],
      },
      {
        name: "with an empty one",
        inputs: [{ shape: [0, 3] }, { shape: [2, 3] }],
        run: (...inputs) => concat(inputs),
        reference: (_, x) => [x],
      },
      {
        name: "empty off the axis",
        inputs: [{ shape: [0, 1] }, { shape: [0, 2] }],
        run: (...inputs) => concat(inputs, 1).sum(0),
        reference: () => [[0, 0, 0]],
      },
      { name: "all empty", inputs: [{ shape: [0, 3] }, { shape: [0, 3] }], run: (...inputs) => concat(inputs) },
      {
        name: "i32",
        inputs: [
          { shape: [2], dtype: "i32", range: [-9, 9] },
          { shape: [3], dtype: "i32", range: [-9, 9] },
        ],
        run: (...inputs) => concat(inputs),
        reference: (a, b) => [[...a, ...b]],
      },
      {
        name: "bool",
        inputs: [
          { shape: [2], dtype: "bool" },
          { shape: [3], dtype: "bool" },
        ],
        run: (...inputs) => concat(inputs),
        reference: (a, b) => [[...a, ...b]],
      },
    ],
    errors: [
      {
        name: "sizes differ",
        inputs: [{ shape: [2, 3] }, { shape: [2, 4] }],
        run: (...inputs) => concat(inputs),
        error: "ShapeError",
        says: ["[concat]", "outside of axis 0", "f32 [2, 3]", "input 1", "f32 [2, 4]"],
      },
      {
        name: "dtypes differ",
        inputs: [{ shape: [2] }, { shape: [2], dtype: "i32" }],
        run: (...inputs) => concat(inputs),
        error: "DTypeError",
        says: ["[concat]", "i32 [2]", 'cast("f32")'],
      },
      { name: "nothing", inputs: [], run: () => concat([]), error: "ShapeError", says: ["[concat]", "at least one"] },
      {
        name: "an axis that does not exist",
        inputs: [{ shape: [2] }, { shape: [2] }],
        run: (...inputs) => concat(inputs, 1),
        error: "ShapeError",
        says: ["[concat]", "axis", "from -1 to 0"],
      },
    ],
  },
  {
    op: "stack",
    cases: [
      {
        name: "first axis",
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
        run: (...inputs) => stack(inputs),
        reference: (a, b) => [[...a, ...b]],
      },
      {
        name: "last axis",
        inputs: [{ shape: [2, 3] }, { shape: [2, 3] }],
        run: (...inputs) => stack(inputs, -1),
        reference: (a, b) => [a.flatMap((x, i) => [x, b[i]!])],
      },
      {
        name: "scalars",
        inputs: [{ shape: [] }, { shape: [] }],
        run: (...inputs) => stack(inputs),
        reference: (a, b) => [[...a, ...b]],
      },
    ],
    errors: [
      {
        name: "shapes differ",
        inputs: [{ shape: [2] }, { shape: [3] }],
        run: (...inputs) => stack(inputs),
        error: "ShapeError",
        says: ["f32 [1, 2]", "f32 [1, 3]"],
      },
      { name: "nothing", inputs: [], run: () => stack([]), error: "ShapeError", says: ["[stack]", "at least one"] },
      {
        name: "an axis that does not exist",
        inputs: [{ shape: [2] }],
        run: (x) => stack([x!], 3),
        error: "ShapeError",
        says: ["axis"],
      },
    ],
  },
  {
    op: "split",
    cases: [
      {
        name: "sizes",
        inputs: [{ shape: [6, 2] }],
        run: (x) => split(x!, [1, 3, 2]),
        reference: (x) => [x.slice(0, 2), x.slice(2, 8), x.slice(8)],
      },
      {
        name: "equal, the last is smaller",
        inputs: [{ shape: [2, 5] }],
        run: (x) => split(x!, 2, 1),
        reference: ([a, b, c, d, e, f, g, h, i, j]) =>
          [
            [a, b, f, g],
            [c, d, h, i],
            [e, j],
          ] as number[][],
      },
      { name: "an empty part", inputs: [{ shape: [3] }], run: (x) => split(x!, [0, 3]), reference: (x) => [[], x] },
    ],
    errors: [
      {
        name: "sizes that do not add up",
        inputs: [{ shape: [5, 2] }],
        run: (x) => split(x!, [2, 2]),
        error: "ShapeError",
        says: ["[split]", "f32 [5, 2]", "size 5", "[2, 2]"],
      },
      {
        name: "size 0",
        inputs: [{ shape: [5] }],
        run: (x) => split(x!, 0),
        error: "ShapeError",
        says: ["[split]", "positive size"],
      },
    ],
  },
];
