import type { OpCases } from "../cases.js";
import { sqrt } from "./sqrt.js";
import { where } from "./where.js";

/** `where`. */
export const whereCases: OpCases = {
  op: "where",
  cases: [
    {
      name: "equal shapes",
      inputs: [{ shape: [3, 4], dtype: "bool" }, { shape: [3, 4] }, { shape: [3, 4] }],
      run: where,
      reference: (condition, a, b) => [condition.map((c, i) => (c === 1 ? a[i]! : b[i]!))],
    },
    {
      name: "all broadcast",
      inputs: [{ shape: [3, 1], dtype: "bool", values: [1, 0, 1] }, { shape: [2, 1, 2] }, { shape: [] }],
      run: where,
      reference: ([c0, c1, c2], [a0, a1, a2, a3], [b]) => {
        const rows = (x: number, y: number) => [c0!, c1!, c2!].flatMap((c) => (c === 1 ? [x, y] : [b!, b!]));
        return [[...rows(a0!, a1!), ...rows(a2!, a3!)]];
      },
    },
    {
      name: "numbers on both sides",
      inputs: [{ shape: [2, 3], dtype: "bool" }],
      run: (condition) => where(condition!, 1.5, -2),
      reference: (condition) => [condition.map((c) => (c === 1 ? 1.5 : -2))],
    },
    {
      name: "a number on the right",
      inputs: [{ shape: [2, 3] }],
      run: (x) => where(x!.greater(0), x!, 0),
      reference: (x) => [x.map((value) => Math.max(value, 0))],
    },
    {
      name: "i32",
      inputs: [
        { shape: [4], dtype: "bool" },
        { shape: [4], dtype: "i32" },
        { shape: [], dtype: "i32" },
      ],
      run: where,
    },
    {
      name: "bool",
      inputs: [
        { shape: [4], dtype: "bool" },
        { shape: [4], dtype: "bool" },
        { shape: [1], dtype: "bool" },
      ],
      run: where,
    },
    {
      name: "NaN in the branch that is not taken",
      inputs: [{ shape: [4], values: [1, 4, -1, -4] }],
      run: (x) => where(x!.greater(0), sqrt(where(x!.greater(0), x!, 1)), x!),
      reference: (x) => [x.map((value) => (value > 0 ? Math.sqrt(value) : value))],
    },
    { name: "empty", inputs: [{ shape: [0, 2], dtype: "bool" }, { shape: [2] }, { shape: [] }], run: where },
  ],
  errors: [
    {
      name: "the condition is not bool",
      inputs: [{ shape: [2] }, { shape: [2] }, { shape: [2] }],
      run: where,
      error: "DTypeError",
      says: ["[where]", "condition", "f32 [2]", "comparison"],
    },
    {
      name: "two dtypes",
      inputs: [{ shape: [2], dtype: "bool" }, { shape: [2] }, { shape: [2], dtype: "i32" }],
      run: where,
      error: "DTypeError",
      says: ["[where]", "f32 [2]", "i32 [2]"],
    },
    {
      name: "shapes that do not broadcast",
      inputs: [{ shape: [3], dtype: "bool" }, { shape: [2] }, { shape: [] }],
      run: where,
      error: "ShapeError",
      says: ["[where]", "bool [3]", "f32 [2]", "line up"],
    },
  ],
};
