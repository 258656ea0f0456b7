import type { OpCases } from "@nn/tensor/cases";
import { swish } from "./swish.js";

/** In plain numbers, written as in the paper: independent of the library. */
const reference = (beta: number) => (x: readonly number[]) => [x.map((v) => v / (1 + Math.exp(-beta * v)))];

/** What every backend must get right. */
export const cases: readonly OpCases[] = [
  {
    op: "acme.swish",
    cases: [
      { name: "a matrix", inputs: [{ shape: [5, 7], range: [-4, 4] }], run: (x) => swish(x), reference: reference(1) },
      {
        name: "with beta",
        inputs: [{ shape: [2, 3, 4] }],
        run: (x) => swish(x, { beta: -2.5 }),
        reference: reference(-2.5),
      },
      {
        name: "far out",
        inputs: [{ shape: [4], values: [-80, -20, 20, 80] }],
        run: (x) => swish(x),
        reference: reference(1),
      },
      { name: "f64", inputs: [{ shape: [3], dtype: "f64" }], run: (x) => swish(x) },
      { name: "a single number", inputs: [{ shape: [] }], run: (x) => swish(x) },
      { name: "nothing", inputs: [{ shape: [0, 3] }], run: (x) => swish(x) },
    ],
    errors: [
      {
        name: "integers",
        inputs: [{ shape: [2], dtype: "i32" }],
        run: (x) => swish(x),
        error: "DTypeError",
        says: ["swish", "i32 [2]", 'x.cast("f32")'],
      },
    ],
  },
];
