import { Generator } from "@nn/tensor";
import type { OpCases } from "@nn/tensor/cases";
import { Dropout, dropout } from "./index.js";

/** Cases of `dropout`. */
export const dropoutCases: OpCases = {
  op: "dropout",
  cases: [
    {
      name: "evaluation",
      inputs: [{ shape: [3, 4] }],
      run: (x) => dropout(x, 0.5, { training: false }),
      reference: (x) => [x],
    },
    {
      name: "training drops the same for the same seed",
      inputs: [{ shape: [4, 5] }],
      run: (x) => dropout(x, 0.25, { training: true, generator: new Generator(7) }),
    },
    {
      name: "p = 1",
      inputs: [{ shape: [3] }],
      run: (x) => dropout(x, 1, { training: true, generator: new Generator(7) }),
      reference: () => [[0, 0, 0]],
    },
    {
      name: "infinities are dropped too",
      inputs: [{ shape: [3], values: [Number.POSITIVE_INFINITY, Number.NaN, 1] }],
      run: (x) => dropout(x, 1, { training: true, generator: new Generator(7) }),
      reference: () => [[0, 0, 0]],
      noGradient: "no differences around infinity",
    },
    {
      name: "nothing",
      inputs: [{ shape: [0, 2] }],
      run: (x) => dropout(x, 0.5, { training: true, generator: new Generator(7) }),
    },
  ],
  errors: [
    {
      name: "p out of range",
      inputs: [{ shape: [2] }],
      run: (x) => dropout(x, -0.1, { training: true }),
      error: "DataError",
      says: ["p is not a probability", "-0.1"],
    },
    {
      name: "a layer with a percentage",
      inputs: [],
      run: () => new Dropout(50),
      error: "DataError",
      says: ["[Dropout]", "0.1 drops a tenth"],
    },
    {
      name: "integers",
      inputs: [{ shape: [2], dtype: "i32", range: [0, 3] }],
      run: (x) => dropout(x, 0.5, { training: true }),
      error: "DTypeError",
      says: ["f32 or f64"],
    },
  ],
};
