import type { OpCases } from "../cases.js";
import { arange } from "./arange.js";
import { eye } from "./eye.js";
import { full } from "./full.js";
import { linspace } from "./linspace.js";
import { ones } from "./ones.js";
import { tensor } from "./tensor.js";
import { zeros } from "./zeros.js";
import { onesLike, zerosLike } from "./zeros-like.js";

/** Tensors out of nothing. */
export const createCases: readonly OpCases[] = [
  {
    op: "full",
    cases: [
      { name: "f32", inputs: [], run: () => full([2, 3], 1.5), reference: () => [Array(6).fill(1.5)] },
      { name: "i32", inputs: [], run: () => full([3], -7, { dtype: "i32" }), reference: () => [[-7, -7, -7]] },
      { name: "bool", inputs: [], run: () => full([2], 1, { dtype: "bool" }), reference: () => [[1, 1]] },
      { name: "scalar", inputs: [], run: () => full([], 2), reference: () => [[2]] },
      { name: "empty", inputs: [], run: () => full([0, 3], 2), reference: () => [[]] },
      { name: "NaN and infinity", inputs: [], run: () => [full([1], Number.NaN), full([1], -Infinity)] },
    ],
    errors: [
      {
        name: "a negative dimension",
        inputs: [],
        run: () => full([2, -1], 0),
        error: "ShapeError",
        says: ["[full]", "[2, -1]", "0 or more"],
      },
      {
        name: "nine dimensions",
        inputs: [],
        run: () => full([1, 1, 1, 1, 1, 1, 1, 1, 1], 0),
        error: "ShapeError",
        says: ["[full]", "up to 8"],
      },
    ],
  },
  {
    op: "zeros",
    cases: [{ name: "matrix", inputs: [], run: () => zeros([2, 2]), reference: () => [[0, 0, 0, 0]] }],
  },
  {
    op: "ones",
    cases: [{ name: "matrix", inputs: [], run: () => ones([2, 2]), reference: () => [[1, 1, 1, 1]] }],
  },
  {
    op: "zerosLike",
    cases: [
      { name: "f32", inputs: [{ shape: [2, 3] }], run: (x) => zerosLike(x!), reference: () => [Array(6).fill(0)] },
      { name: "bool", inputs: [{ shape: [2], dtype: "bool" }], run: (x) => zerosLike(x!), reference: () => [[0, 0]] },
    ],
  },
  {
    op: "onesLike",
    cases: [
      { name: "i32", inputs: [{ shape: [2], dtype: "i32" }], run: (x) => onesLike(x!), reference: () => [[1, 1]] },
    ],
  },
  {
    op: "tensor",
    cases: [
      {
        name: "nested",
        inputs: [],
        run: () =>
          tensor([
            [1, 2],
            [3, 4],
          ]),
        reference: () => [[1, 2, 3, 4]],
      },
      { name: "booleans", inputs: [], run: () => tensor([true, false]), reference: () => [[1, 0]] },
      { name: "i32", inputs: [], run: () => tensor(new Int32Array([1, -2])), reference: () => [[1, -2]] },
      { name: "empty", inputs: [], run: () => tensor([]), reference: () => [[]] },
    ],
    errors: [
      {
        name: "ragged",
        inputs: [],
        run: () => tensor([[1, 2], [3]]),
        error: "ShapeError",
        says: ["[tensor]", "ragged", "2 at depth 1", "got 1"],
      },
      {
        name: "a shape that does not fit",
        inputs: [],
        run: () => tensor([1, 2, 3], { shape: [2, 2] }),
        error: "ShapeError",
        says: ["[tensor]", "[2, 2]", "4 elements", "3 elements"],
      },
    ],
  },
  {
    op: "arange",
    cases: [
      { name: "end", inputs: [], run: () => arange(4), reference: () => [[0, 1, 2, 3]] },
      {
        name: "start and step",
        inputs: [],
        run: () => arange(1, { start: 4, step: -1.5 }),
        reference: () => [[4, 2.5]],
      },
      { name: "i32", inputs: [], run: () => arange(3, { dtype: "i32" }), reference: () => [[0, 1, 2]] },
      { name: "nothing", inputs: [], run: () => arange(0), reference: () => [[]] },
    ],
    errors: [
      {
        name: "step 0",
        inputs: [],
        run: () => arange(3, { step: 0 }),
        error: "ShapeError",
        says: ["[arange]", "from 0 to 3 by 0"],
      },
    ],
  },
  {
    op: "linspace",
    cases: [
      { name: "five", inputs: [], run: () => linspace(-1, 1, 5), reference: () => [[-1, -0.5, 0, 0.5, 1]] },
      { name: "one", inputs: [], run: () => linspace(2, 3, 1), reference: () => [[2]] },
    ],
    errors: [
      {
        name: "a negative count",
        inputs: [],
        run: () => linspace(0, 1, -2),
        error: "ShapeError",
        says: ["[linspace]", "[-2]"],
      },
    ],
  },
  {
    op: "eye",
    cases: [{ name: "3", inputs: [], run: () => eye(3), reference: () => [[1, 0, 0, 0, 1, 0, 0, 0, 1]] }],
    errors: [{ name: "a fraction", inputs: [], run: () => eye(1.5), error: "ShapeError", says: ["[eye]", "[1.5]"] }],
  },
];
