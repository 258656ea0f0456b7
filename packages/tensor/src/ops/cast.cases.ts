import type { OpCases } from "../cases.js";
import { cast } from "./cast.js";
import { clamp } from "./clamp.js";
import { reluGrad } from "./relu-grad.js";

const mixed = [-2.75, -1, -0.5, 0, 0.5, 1, 2.75, 100];

/** Conversions, bounds, and the gradient of relu. */
export const castCases: readonly OpCases[] = [
  {
    op: "cast",
    cases: [
      {
        name: "f32 to i32 truncates",
        inputs: [{ shape: [8], values: mixed }],
        run: (x) => cast(x!, "i32"),
        reference: (x) => [x.map(Math.trunc)],
      },
      {
        name: "f32 to bool",
        inputs: [{ shape: [8], values: mixed }],
        run: (x) => cast(x!, "bool"),
        reference: (x) => [x.map((value) => Number(value !== 0))],
      },
      {
        name: "i32 to f32",
        inputs: [{ shape: [2, 3], dtype: "i32", range: [-1000, 1000] }],
        run: (x) => cast(x!, "f32"),
        reference: (x) => [x],
      },
      {
        name: "i32 to bool",
        inputs: [{ shape: [6], dtype: "i32", range: [-1, 2] }],
        run: (x) => cast(x!, "bool"),
        reference: (x) => [x.map((value) => Number(value !== 0))],
      },
      {
        name: "bool to f32",
        inputs: [{ shape: [5], dtype: "bool" }],
        run: (x) => cast(x!, "f32"),
        reference: (x) => [x],
      },
      {
        name: "bool to i32",
        inputs: [{ shape: [5], dtype: "bool" }],
        run: (x) => cast(x!, "i32"),
        reference: (x) => [x],
      },
      { name: "to its own dtype", inputs: [{ shape: [3] }], run: (x) => cast(x!, x!.dtype), reference: (x) => [x] },
      {
        name: "f64 to f32 and back",
        inputs: [{ shape: [3], dtype: "f64", values: [0.5, -0.25, 3] }],
        run: (x) => cast(cast(x!, "f32"), "f64"),
        reference: (x) => [x],
        noGradient: "central differences see the rounding to f32",
      },
      { name: "empty", inputs: [{ shape: [0, 2] }], run: (x) => cast(x!, "i32") },
    ],
  },
  {
    op: "clamp",
    cases: [
      {
        name: "both bounds",
        inputs: [{ shape: [4, 5] }],
        run: (x) => clamp(x!, -0.75, 0.5),
        reference: (x) => [x.map((value) => Math.min(Math.max(value, -0.75), 0.5))],
      },
      {
        name: "from below",
        inputs: [{ shape: [4, 5] }],
        run: (x) => clamp(x!, 0.25),
        reference: (x) => [x.map((value) => Math.max(value, 0.25))],
      },
      {
        name: "from above",
        inputs: [{ shape: [4, 5] }],
        run: (x) => clamp(x!, undefined, 1),
        reference: (x) => [x.map((value) => Math.min(value, 1))],
      },
      {
        name: "NaN and infinities",
        inputs: [{ shape: [3], values: [Number.NaN, Infinity, -Infinity] }],
        run: (x) => clamp(x!, -1, 1),
        reference: () => [[Number.NaN, 1, -1]],
        noGradient: "constant beyond the bounds",
      },
      { name: "empty", inputs: [{ shape: [0] }], run: (x) => clamp(x!, 0, 1) },
    ],
    errors: [
      {
        name: "i32",
        inputs: [{ shape: [2], dtype: "i32" }],
        run: (x) => clamp(x!, 0, 1),
        error: "DTypeError",
        says: ["[clamp]", "i32 [2]", "f32 or f64"],
      },
    ],
  },
  {
    op: "reluGrad",
    cases: [
      {
        name: "passes where y is above 0",
        inputs: [{ shape: [4, 6] }, { shape: [4, 6] }],
        run: (g, y) => reluGrad(g!, y!),
        reference: (g, y) => [g.map((value, i) => (y[i]! > 0 ? value : 0))],
      },
      {
        name: "not where y is 0",
        inputs: [{ shape: [3] }, { shape: [3], values: [0, 1, -0], noGradient: "the gradient jumps there" }],
        run: (g, y) => reluGrad(g!, y!),
        reference: ([, b]) => [[0, b!, 0]],
      },
    ],
  },
];
