import type { Tensor } from "@nn/tensor";
import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import type { ConvTranspose2dAttrsOptions } from "./conv-transpose-attrs.js";
import { ConvTranspose1d, convTranspose1d } from "./conv-transpose1d.js";
import { ConvTranspose2d, convTranspose2d } from "./conv-transpose2d.js";
import { type Geometry, outputOf, products, sizeOf } from "./conv2d-geometry.cases.js";

// The convolutions that are turned around: `x` is the shape of the result, and says how much output padding there is.
// biome-ignore format: a table
const geometries: readonly Geometry[] = [
  { name: "3×3", x: [2, 3, 5, 6], weight: [4, 3, 3, 3] },
  { name: "bias", x: [2, 2, 4, 5], weight: [3, 2, 2, 2], bias: true },
  { name: "stride 2 doubles", x: [1, 2, 6, 8], weight: [3, 2, 2, 2], stride: [2, 2], bias: true },
  { name: "stride 2, padding 1", x: [2, 2, 6, 8], weight: [3, 2, 4, 4], stride: [2, 2], sides: [1, 1, 1, 1] },
  { name: "output padding", x: [1, 2, 6, 8], weight: [3, 2, 3, 3], stride: [2, 2], sides: [1, 1, 1, 1], bias: true },
  { name: "output padding without padding", x: [1, 2, 8, 9], weight: [2, 2, 2, 2], stride: [3, 4] },
  { name: "uneven sides", x: [1, 2, 4, 5], weight: [3, 2, 3, 3], sides: [1, 0, 2, 1] },
  { name: "padding as large as the kernel", x: [1, 1, 3, 3], weight: [2, 1, 2, 2], sides: [2, 2, 2, 2] },
  { name: "dilation", x: [1, 2, 7, 8], weight: [2, 2, 3, 2], dilation: [2, 3] },
  { name: "groups", x: [2, 4, 5, 5], weight: [6, 2, 3, 3], groups: 2, bias: true },
  { name: "depthwise, stride 2", x: [1, 3, 6, 6], weight: [3, 1, 2, 2], groups: 3, stride: [2, 2] },
  { name: "1×1", x: [2, 3, 3, 4], weight: [4, 3, 1, 1], bias: true },
  { name: "many", x: [1, 19, 10, 12], weight: [18, 19, 4, 4], stride: [2, 2], sides: [1, 1, 1, 1], bias: true },
  { name: "no images", x: [0, 2, 4, 4], weight: [3, 2, 3, 3], bias: true },
];

const lines = geometries
  .filter(({ name }) => !name.startsWith("uneven") && !name.startsWith("padding as"))
  .map(({ x, weight, stride, sides, dilation, ...rest }) => ({
    ...rest,
    x: [x[0], x[1], 1, x[3]] as const,
    weight: [weight[0], weight[1], 1, weight[3]] as const,
    stride: [1, stride?.[1] ?? 1] as const,
    sides: [0, 0, sides?.[2] ?? 0, sides?.[3] ?? 0] as const,
    dilation: [1, dilation?.[1] ?? 1] as const,
  }));

function outputPaddingOf(geometry: Geometry): [number, number] {
  const { x, weight, stride = [1, 1], sides = [0, 0, 0, 0], dilation = [1, 1] } = geometry;
  const output = outputOf(geometry);
  const left = (i: 0 | 1) =>
    x[2 + i] +
    sides[2 * i] +
    sides[2 * i + 1] -
    dilation[i] * (weight[2 + i] - 1) -
    1 -
    (output[2 + i] - 1) * stride[i];
  return [left(0), left(1)];
}

function caseOf(
  geometry: Geometry,
  shapeOf: (shape: readonly number[]) => readonly number[],
  run: (x: Tensor, weight: Tensor, bias: Tensor | undefined) => Tensor,
): OpCase {
  const { name, x, weight, bias, groups = 1 } = geometry;
  const inputs: CaseInput[] = [{ shape: shapeOf(outputOf(geometry)) }, { shape: shapeOf(weight) }];
  if (bias) inputs.push({ shape: [weight[1] * groups] });
  return {
    name,
    inputs,
    // Sums of 72 products round differently in every order.
    ...(name === "many" ? { tolerance: 5e-5 } : {}),
    run: (a, b, c?: Tensor) => run(a, b, c),
    reference: (a, b, c) => {
      const places = x[2] * x[3];
      const y = Array.from({ length: sizeOf(x) }, (_, i) => c?.[Math.floor(i / places) % x[1]] ?? 0);
      products(geometry, (i, k, o) => (y[i] += a[o] * b[k]));
      return [y];
    },
  };
}

const call =
  (options: ConvTranspose2dAttrsOptions = {}) =>
  (...[x, weight, bias]: Tensor[]) =>
    convTranspose2d(x, weight, bias, options);

/** Cases of `convTranspose2d`. */
export const convTranspose2dCases: OpCases = {
  op: "convTranspose2d",
  cases: geometries.map((geometry) => {
    const { stride, sides: padding, dilation, groups } = geometry;
    const options = { stride, padding, dilation, groups, outputPadding: outputPaddingOf(geometry) };
    return caseOf(
      geometry,
      (shape) => shape,
      (x, weight, bias) => convTranspose2d(x, weight, bias, options),
    );
  }),
  errors: [
    {
      name: "channels and bias",
      inputs: [{ shape: [8, 4, 5, 5] }, { shape: [3, 16, 3, 3] }, { shape: [15] }],
      run: call(),
      error: "ShapeError",
      says: ["[convTranspose2d]", "in out/groups kh kw", "c = 3, got 4", "new ConvTranspose2d(4, 16, …)", "bias [16]"],
    },
    {
      name: "a sequence",
      inputs: [{ shape: [8, 10, 3] }, { shape: [3, 16, 3, 3] }],
      run: call(),
      error: "ShapeError",
      says: ["n c h w, got 3 dimensions", "unsqueeze"],
    },
    {
      name: "groups that do not divide",
      inputs: [{ shape: [1, 3, 5, 5] }, { shape: [3, 2, 3, 3] }],
      run: call({ groups: 2 }),
      error: "ShapeError",
      says: ["in a multiple of groups = 2, got 3"],
    },
    {
      name: "padding that leaves nothing",
      inputs: [{ shape: [1, 3, 2, 8] }, { shape: [3, 2, 3, 3] }],
      run: call({ padding: 2 }),
      error: "ShapeError",
      says: ["nothing is left of the result", "h of 1 or more in the result, got 0"],
    },
    {
      name: "integers",
      inputs: [{ shape: [1, 3, 8, 8], dtype: "i32" }, { shape: [3, 2, 3, 3] }],
      run: call(),
      error: "DTypeError",
      says: ["all f32 or all f64, got i32, f32"],
    },
    {
      name: "options",
      inputs: [{ shape: [1, 3, 8, 8] }, { shape: [3, 2, 3, 3] }],
      run: call({ stride: 2, padding: -1, outputPadding: [0, 2], dilation: 0, groups: 0 }),
      error: "DataError",
      says: ["padding integers", "got -1", "outputPadding less than the stride; got [0, 2]", "dilation", "groups an"],
    },
    {
      name: "a layer whose groups do not divide its channels",
      inputs: [],
      run: () => new ConvTranspose2d(4, 3, { kernelSize: 3, groups: 2 }),
      error: "DataError",
      says: ["[ConvTranspose2d]", "outChannels a multiple of groups = 2; got 3"],
    },
  ],
};

/** Cases of `convTranspose1d`. */
export const convTranspose1dCases: OpCases = {
  op: "convTranspose1d",
  cases: lines.map((geometry) => {
    const { stride, sides, dilation, groups } = geometry;
    const options = { stride: stride[1], padding: sides[2], dilation: dilation[1], groups };
    const outputPadding = outputPaddingOf(geometry)[1];
    return caseOf(
      geometry,
      ([a, b, , c]) => [a, b, c],
      (x, weight, bias) => convTranspose1d(x, weight, bias, { ...options, outputPadding }),
    );
  }),
  errors: [
    {
      name: "channels",
      inputs: [{ shape: [8, 4, 5] }, { shape: [3, 16, 3] }],
      run: (x, weight) => convTranspose1d(x, weight),
      error: "ShapeError",
      says: ["[convTranspose1d]", "n c l", "c = 3, got 4", "new ConvTranspose1d(4, 16, …)"],
    },
    {
      name: "options",
      inputs: [{ shape: [1, 3, 8] }, { shape: [3, 2, 3] }],
      run: (x, weight) => convTranspose1d(x, weight, undefined, { stride: 0.5, padding: -1, outputPadding: 1 }),
      error: "DataError",
      says: ["stride an integer of 1 or more; got 0.5", "padding an integer of 0 or more", "less than the stride"],
    },
    {
      name: "a layer without a kernel",
      inputs: [],
      run: () => new ConvTranspose1d(4, 3, { kernelSize: 0 }),
      error: "DataError",
      says: ["[ConvTranspose1d]", "kernelSize an integer of 1 or more"],
    },
  ],
};
