import type { Tensor } from "@nn/tensor";
import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { Conv1d, conv1d } from "./conv1d.js";
import type { Conv1dAttrsOptions } from "./conv1d-attrs.js";
import { activations, type Four, type Geometry, outputOf, products, sizeOf } from "./conv2d-geometry.cases.js";

/** A convolution of sequences: `[n, c, l]`, `[out, c / groups, k]`, and what is padded at both ends. */
interface Sequence extends Conv1dAttrsOptions {
  readonly name: string;
  readonly x: readonly [number, number, number];
  readonly weight: readonly [number, number, number];
  readonly ends?: readonly [number, number];
  readonly bias?: boolean;
}

// biome-ignore format: a table
const sequences: readonly Sequence[] = [
  { name: "length 3", x: [2, 3, 7], weight: [4, 3, 3] },
  { name: "bias, stride 2", x: [2, 2, 9], weight: [3, 2, 4], stride: 2, bias: true },
  { name: "padding 2, dilation 2", x: [1, 2, 8], weight: [3, 2, 3], padding: 2, ends: [2, 2], dilation: 2 },
  { name: "uneven ends", x: [1, 2, 5], weight: [2, 2, 3], padding: [3, 1], ends: [3, 1], bias: true },
  { name: "same, even kernel", x: [1, 2, 6], weight: [2, 2, 4], padding: "same", ends: [1, 2] },
  { name: "causal", x: [2, 2, 6], weight: [3, 2, 3], padding: "causal", ends: [2, 0], bias: true },
  { name: "causal, dilation 3", x: [1, 2, 8], weight: [2, 2, 3], padding: "causal", ends: [6, 0], dilation: 3 },
  { name: "valid", x: [1, 2, 5], weight: [2, 2, 2], padding: "valid" },
  { name: "depthwise", x: [2, 3, 6], weight: [3, 1, 3], padding: 1, ends: [1, 1], groups: 3 },
  { name: "two groups", x: [1, 4, 6], weight: [6, 2, 2], groups: 2, bias: true },
  { name: "length 1", x: [2, 3, 5], weight: [4, 3, 1], bias: true },
  { name: "many", x: [2, 18, 40], weight: [17, 18, 5], padding: 2, ends: [2, 2], bias: true },
  { name: "no sequences", x: [0, 2, 5], weight: [3, 2, 3], bias: true },
  { name: "relu", x: [2, 2, 6], weight: [3, 2, 3], bias: true, activation: "relu" },
];

function caseOf({ name, x, weight, ends = [0, 0], bias, ...options }: Sequence): OpCase {
  const { stride = 1, dilation = 1, groups, activation = "none" } = options;
  const four = ([a, b, c]: readonly [number, number, number]): Four => [a, b, 1, c];
  const images: Geometry = {
    name,
    x: four(x),
    weight: four(weight),
    stride: [1, stride],
    sides: [0, 0, ...ends],
    dilation: [1, dilation],
    groups,
  };
  const inputs: CaseInput[] = [{ shape: x }, { shape: weight }];
  if (bias) inputs.push({ shape: [weight[0]] });
  return {
    name,
    inputs,
    run: (...tensors) => conv1d(tensors[0], tensors[1], tensors[2], options),
    reference: (a, b, c) => {
      const shape = outputOf(images);
      const y = Array.from({ length: sizeOf(shape) }, (_, i) => c?.[Math.floor(i / shape[3]) % shape[1]] ?? 0);
      products(images, (i, k, o) => (y[o] += a[i] * b[k]));
      return [y.map(activations[activation])];
    },
  };
}

const call =
  (options: Conv1dAttrsOptions = {}) =>
  (...[x, weight, bias]: Tensor[]) =>
    conv1d(x, weight, bias, options);

/** Cases of `conv1d`. */
export const conv1dCases: OpCases = {
  op: "conv1d",
  cases: sequences.map(caseOf),
  errors: [
    {
      name: "channels and length",
      inputs: [{ shape: [8, 4, 2] }, { shape: [16, 3, 5] }],
      run: call(),
      error: "ShapeError",
      says: ["[conv1d]", "n c l", "c = 3, got 4", "padded l of at least 5, got 2", "new Conv1d(4, 16, …)"],
    },
    {
      name: "images",
      inputs: [{ shape: [8, 3, 4, 4] }, { shape: [16, 3, 3] }],
      run: call(),
      error: "ShapeError",
      says: ["the input must have 3 dimensions", "n c l, got 4 dimensions", "(n, c, l)"],
    },
    {
      name: "integers",
      inputs: [{ shape: [1, 3, 8], dtype: "i32" }, { shape: [16, 3, 3] }],
      run: call(),
      error: "DTypeError",
      says: ["all f32 or all f64, got i32, f32"],
    },
    {
      name: "options",
      inputs: [{ shape: [1, 3, 8] }, { shape: [16, 3, 3] }],
      run: call({ stride: 0, padding: -1, dilation: 1.5, groups: 0 }),
      error: "DataError",
      says: ["stride an integer of 1 or more; got 0", '"causal"; got -1', "got 1.5", "groups an integer"],
    },
    {
      name: "same with a stride",
      inputs: [{ shape: [1, 3, 8] }, { shape: [16, 3, 3] }],
      run: call({ stride: 2, padding: "same" }),
      error: "DataError",
      says: ['padding "same" only with stride 1'],
    },
    {
      name: "a layer whose groups do not divide its channels",
      inputs: [],
      run: () => new Conv1d(3, 8, { kernelSize: 3, groups: 2 }),
      error: "DataError",
      says: ["[Conv1d]", "inChannels a multiple of groups = 2; got 3"],
    },
  ],
};
