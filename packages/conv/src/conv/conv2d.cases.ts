import type { Tensor } from "@nn/tensor";
import type { CaseInput, ErrorCase, OpCase, OpCases } from "@nn/tensor/cases";
import { Conv2d, conv2d } from "./conv2d.js";
import type { Conv2dAttrsOptions } from "./conv2d-attrs.js";
import { activations, attrsOf, type Geometry, outputOf, products, sizeOf } from "./conv2d-geometry.cases.js";
import { conv2dGradInput, conv2dGradWeight } from "./conv2d-ops.js";

// biome-ignore format: a table
const geometries: readonly Geometry[] = [
  { name: "3×3", x: [2, 3, 5, 6], weight: [4, 3, 3, 3] },
  { name: "bias", x: [2, 2, 4, 4], weight: [3, 2, 2, 2], bias: true },
  { name: "stride 2, odd sizes, a rest is dropped", x: [2, 2, 7, 8], weight: [3, 2, 3, 3], stride: [2, 2] },
  { name: "stride beyond the kernel", x: [1, 2, 8, 9], weight: [2, 2, 2, 2], stride: [3, 4], bias: true },
  { name: "uneven stride and kernel", x: [1, 2, 6, 8], weight: [3, 2, 2, 3], stride: [1, 3] },
  { name: "padding 1", x: [1, 2, 4, 5], weight: [3, 2, 3, 3], sides: [1, 1, 1, 1], padding: 1, bias: true },
  { name: "uneven sides", x: [1, 2, 4, 5], weight: [3, 2, 3, 3], sides: [1, 0, 2, 1] },
  { name: "uneven sides, stride 2", x: [2, 2, 5, 5], weight: [2, 2, 3, 3], sides: [0, 1, 0, 1], stride: [2, 2] },
  { name: "padding as large as the kernel", x: [1, 1, 3, 3], weight: [2, 1, 2, 2], sides: [2, 2, 2, 2] },
  { name: "padding beyond the kernel", x: [1, 2, 3, 2], weight: [2, 2, 2, 1], sides: [3, 2, 1, 2], stride: [2, 1] },
  { name: "same", x: [1, 2, 5, 5], weight: [3, 2, 3, 3], sides: [1, 1, 1, 1], padding: "same" },
  { name: "same, even kernel", x: [1, 2, 5, 4], weight: [2, 2, 4, 2], sides: [1, 2, 0, 1], padding: "same", bias: true },
  { name: "same, dilation", x: [1, 1, 6, 7], weight: [2, 1, 2, 4], sides: [1, 2, 1, 2], dilation: [3, 1], padding: "same" },
  { name: "dilation", x: [1, 2, 7, 8], weight: [2, 2, 3, 2], dilation: [2, 3] },
  { name: "groups", x: [2, 4, 4, 4], weight: [6, 2, 3, 3], groups: 2, bias: true },
  { name: "depthwise", x: [1, 4, 5, 5], weight: [4, 1, 3, 3], groups: 4, sides: [1, 1, 1, 1], padding: [1, 1] },
  { name: "depthwise, two filters a channel, stride 2", x: [1, 3, 5, 6], weight: [6, 1, 2, 3], groups: 3, stride: [2, 2] },
  { name: "1×1", x: [2, 3, 3, 4], weight: [4, 3, 1, 1], bias: true },
  { name: "1×1, stride 2", x: [1, 3, 5, 5], weight: [2, 3, 1, 1], stride: [2, 2] },
  { name: "kernel as large as the input", x: [2, 2, 3, 4], weight: [3, 2, 3, 4], bias: true },
  { name: "all at once", x: [2, 4, 7, 8], weight: [4, 2, 3, 3], bias: true, stride: [2, 3], sides: [1, 2, 0, 1], dilation: [2, 1], groups: 2 },
  // Larger than the tiles of a fast kernel in every direction.
  { name: "many places, filters and window elements", x: [1, 20, 9, 11], weight: [19, 20, 3, 3], sides: [1, 1, 1, 1], bias: true },
  { name: "one pixel", x: [1, 1, 1, 1], weight: [1, 1, 1, 1] },
  { name: "no images", x: [0, 2, 4, 4], weight: [3, 2, 3, 3], bias: true },
  { name: "relu", x: [2, 2, 4, 4], weight: [3, 2, 3, 3], bias: true, activation: "relu" },
  { name: "tanh", x: [1, 2, 4, 4], weight: [3, 2, 3, 3], bias: true, activation: "tanh" },
  { name: "sigmoid without bias", x: [1, 2, 4, 4], weight: [3, 2, 3, 3], activation: "sigmoid" },
];

function forwardCase(geometry: Geometry): OpCase {
  const { name, x, weight, bias, sides, padding = sides, activation = "none", ...options } = geometry;
  const inputs: CaseInput[] = [{ shape: x }, { shape: weight }];
  if (bias) inputs.push({ shape: [weight[0]] });
  return {
    name,
    inputs,
    run: (...tensors) => conv2d(tensors[0], tensors[1], tensors[2], { ...options, padding, activation }),
    reference: (a, b, c) => {
      const shape = outputOf(geometry);
      const places = shape[2] * shape[3];
      const y = Array.from({ length: sizeOf(shape) }, (_, i) => c?.[Math.floor(i / places) % shape[1]] ?? 0);
      products(geometry, (i, k, o) => (y[o] += a[i] * b[k]));
      return [y.map(activations[activation])];
    },
  };
}

const linear = geometries.filter(
  ({ bias, activation, name }) => activation === undefined && (!bias || name !== "bias"),
);

/** All that is checked about `conv2d`. */
export const conv2dCases: OpCases = { op: "conv2d", cases: geometries.map(forwardCase), errors: errorCases() };

/** All that is checked about the gradient of the input. */
export const conv2dGradInputCases: OpCases = {
  op: "conv2dGradInput",
  cases: linear.map((geometry) => ({
    name: geometry.name,
    inputs: [{ shape: outputOf(geometry) }, { shape: geometry.weight }],
    run: (g: Tensor, w: Tensor) => conv2dGradInput.call([g, w], { ...attrsOf(geometry), inputShape: geometry.x }),
    reference: (g, w) => {
      const dx = new Array<number>(sizeOf(geometry.x)).fill(0);
      products(geometry, (i, k, o) => (dx[i] += g[o] * w[k]));
      return [dx];
    },
  })),
};

/** All that is checked about the gradient of the weight. */
export const conv2dGradWeightCases: OpCases = {
  op: "conv2dGradWeight",
  cases: linear.map((geometry) => ({
    name: geometry.name,
    inputs: [{ shape: geometry.x }, { shape: outputOf(geometry) }],
    run: (x: Tensor, g: Tensor) =>
      conv2dGradWeight.call([x, g], { ...attrsOf(geometry), weightShape: geometry.weight }),
    reference: (x, g) => {
      const dw = new Array<number>(sizeOf(geometry.weight)).fill(0);
      products(geometry, (i, k, o) => (dw[k] += x[i] * g[o]));
      return [dw];
    },
  })),
};

function errorCases(): ErrorCase[] {
  const images = { shape: [8, 4, 32, 32] };
  const weight = { shape: [16, 3, 3, 3] };
  const call =
    (options: Conv2dAttrsOptions = {}) =>
    (...[x, w, b]: Tensor[]) =>
      conv2d(x, w, b, options);
  return [
    {
      name: "channels",
      inputs: [images, weight],
      run: call(),
      error: "ShapeError",
      says: [
        "input channels do not match the weight",
        "f32 [8, 4, 32, 32]",
        "n c h w",
        "out in/groups kh kw",
        "c = 3, got 4",
        "new Conv2d(4, 16, …)",
      ],
    },
    {
      name: "channels and bias at once",
      inputs: [images, weight, { shape: [15] }],
      run: call(),
      error: "ShapeError",
      says: ["c = 3, got 4", "bias [16], got [15]"],
    },
    {
      name: "a sequence",
      inputs: [{ shape: [8, 10, 3] }, weight],
      run: call(),
      error: "ShapeError",
      says: ["n c h w, got 3 dimensions", "unsqueeze"],
    },
    {
      name: "a matrix as weight",
      inputs: [images, { shape: [16, 4] }],
      run: call({ padding: "same" }),
      error: "ShapeError",
      says: ["out in/groups kh kw, got 2 dimensions"],
    },
    {
      name: "kernel larger than the padded input",
      inputs: [{ shape: [1, 3, 2, 8] }, { shape: [4, 3, 5, 5] }],
      run: call({ padding: [1, 0] }),
      error: "ShapeError",
      says: ["padded h of at least 5, got 4", "smaller kernel"],
    },
    {
      name: "groups that do not divide",
      inputs: [{ shape: [1, 4, 8, 8] }, { shape: [5, 2, 3, 3] }],
      run: call({ groups: 2 }),
      error: "ShapeError",
      says: ["out a multiple of groups = 2, got 5"],
    },
    {
      name: "channels of groups",
      inputs: [{ shape: [1, 6, 8, 8] }, { shape: [4, 2, 3, 3] }],
      run: call({ groups: 2 }),
      error: "ShapeError",
      says: ["c = 4 (2 groups of 2), got 6"],
    },
    {
      name: "integers",
      inputs: [{ shape: [1, 3, 8, 8], dtype: "i32" }, weight],
      run: call(),
      error: "DTypeError",
      says: ["all f32 or all f64, got i32, f32", "cast"],
    },
    {
      name: "options",
      inputs: [{ shape: [1, 3, 8, 8] }, weight],
      run: call({ stride: 0, padding: -1, dilation: [1, 1.5], groups: 0 }),
      error: "DataError",
      says: [
        "stride an integer of 1 or more",
        "got 0",
        "padding integers",
        "got -1",
        "got [1, 1.5]",
        "groups an integer",
      ],
    },
    {
      name: "same with a stride",
      inputs: [{ shape: [1, 3, 8, 8] }, weight],
      run: call({ stride: 2, padding: "same" }),
      error: "DataError",
      says: ['padding "same" only with stride 1'],
    },
    {
      name: "a layer whose groups do not divide its channels",
      inputs: [],
      run: () => new Conv2d(3, 8, { kernelSize: 3, groups: 2 }),
      error: "DataError",
      says: ["inChannels a multiple of groups = 2; got 3"],
    },
    {
      name: "a padding mode that does not exist",
      inputs: [],
      run: () => new Conv2d(3, 8, { kernelSize: 3, paddingMode: "mirror" as "reflect" }),
      error: "DataError",
      says: ["[Conv2d]", 'paddingMode one of zeros, reflect, replicate, circular; got "mirror"'],
    },
  ];
}
