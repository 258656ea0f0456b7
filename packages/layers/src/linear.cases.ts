import type { Tensor } from "@nn/tensor";
import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { Linear, linear } from "./index.js";

type Activation = "none" | "relu" | "tanh" | "sigmoid";

const apply: Readonly<Record<Activation, (x: number) => number>> = {
  none: (x) => x,
  relu: (x) => Math.max(x, 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

function linearCase(
  name: string,
  lead: readonly number[],
  features: number,
  out: number,
  options: { bias?: boolean; activation?: Activation; tolerance?: number } = {},
): OpCase {
  const { bias = true, activation = "none", tolerance } = options;
  const inputs: CaseInput[] = [{ shape: [...lead, features] }, { shape: [out, features] }];
  if (bias) inputs.push({ shape: [out] });
  return {
    name,
    inputs,
    run: (x: Tensor, weight: Tensor, b?: Tensor) => linear(x, weight, b, { activation }),
    reference: (x, weight, b) => {
      const y: number[] = [];
      for (let i = 0; i < lead.reduce((rows, d) => rows * d, 1); i++) {
        for (let o = 0; o < out; o++) {
          let total = b?.[o] ?? 0;
          for (let k = 0; k < features; k++) total += x[i * features + k] * weight[o * features + k];
          y.push(apply[activation](total));
        }
      }
      return [y];
    },
    ...(tolerance === undefined ? {} : { tolerance }),
  };
}

/** Cases of `linear`. */
export const linearCases: OpCases = {
  op: "linear",
  cases: [
    linearCase("rows", [5], 3, 4),
    linearCase("no bias", [5], 3, 4, { bias: false }),
    linearCase("a vector", [], 3, 4),
    linearCase("leading dimensions", [2, 3], 4, 2),
    linearCase("one of everything", [1], 1, 1),
    // Sums of 70 terms round differently in every order.
    linearCase("larger than a tile", [37], 70, 33, { tolerance: 5e-5 }),
    linearCase("relu", [6], 3, 5, { activation: "relu" }),
    linearCase("tanh", [4], 3, 2, { activation: "tanh" }),
    linearCase("sigmoid, no bias", [4], 3, 2, { activation: "sigmoid", bias: false }),
    linearCase("no rows", [0], 3, 4),
    linearCase("no rows, relu", [2, 0], 3, 4, { activation: "relu" }),
    linearCase("no features", [2], 0, 3),
  ],
  errors: [
    {
      name: "features differ",
      inputs: [{ shape: [8, 4] }, { shape: [2, 3] }],
      run: (x, weight) => linear(x, weight),
      error: "ShapeError",
      says: ["f32 [8, 4]", "f32 [2, 3]", "in = 3, got 4", "new Linear(4, 2)"],
    },
    {
      name: "an image that was not flattened",
      inputs: [{ shape: [8, 2, 3, 3] }, { shape: [2, 18] }],
      run: (x, weight) => linear(x, weight),
      error: "ShapeError",
      says: ["put flatten before it"],
    },
    {
      name: "a scalar",
      inputs: [{ shape: [] }, { shape: [2, 3] }],
      run: (x, weight) => linear(x, weight),
      error: "ShapeError",
      says: ["got a scalar"],
    },
    {
      name: "the weight is no matrix",
      inputs: [{ shape: [2, 3] }, { shape: [3] }],
      run: (x, weight) => linear(x, weight),
      error: "ShapeError",
      says: ["the weight is not a matrix", "[out, in]"],
    },
    {
      name: "the bias has another size",
      inputs: [{ shape: [2, 3] }, { shape: [4, 3] }, { shape: [3] }],
      run: (x, weight, bias) => linear(x, weight, bias),
      error: "ShapeError",
      says: ["the bias does not match the weight", "shape [4]"],
    },
    {
      name: "integers",
      inputs: [{ shape: [2, 3], dtype: "i32", range: [0, 5] }, { shape: [4, 3] }],
      run: (x, weight) => linear(x, weight),
      error: "DTypeError",
      says: ["i32 [2, 3]", 'x.cast("f32")'],
    },
    {
      name: "an activation that is not fused",
      inputs: [{ shape: [2, 3] }, { shape: [4, 3] }],
      run: (x, weight) => linear(x, weight, undefined, { activation: "gelu" as "relu" }),
      error: "DataError",
      says: ["activation is not known", '"gelu"'],
    },
    {
      name: "no features at all",
      inputs: [],
      run: () => new Linear(0, 4),
      error: "DataError",
      says: ["inFeatures is not a positive integer"],
    },
  ],
};
