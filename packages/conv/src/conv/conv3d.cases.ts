import type { Tensor } from "@nn/tensor";
import type { CaseInput, OpCase, OpCases } from "@nn/tensor/cases";
import { ConvTranspose3d, convTranspose3d } from "./conv-transpose3d.js";
import { activations, sizeOf } from "./conv2d-geometry.cases.js";
import { Conv3d, conv3d } from "./conv3d.js";
import type { Conv3dAttrsOptions } from "./conv3d-attrs.js";

type Three = readonly [number, number, number];
type Five = readonly [number, number, number, number, number];

/** A convolution of volumes; `sides` stand before and after each axis. */
interface Geometry {
  readonly name: string;
  readonly x: Five;
  readonly weight: Five;
  readonly bias?: boolean;
  readonly stride?: Three;
  readonly sides?: readonly [number, number, number, number, number, number];
  readonly dilation?: Three;
  readonly groups?: number;
  /** What the call gets instead of `sides`. */
  readonly padding?: Conv3dAttrsOptions["padding"];
  readonly activation?: Conv3dAttrsOptions["activation"];
}

// biome-ignore format: a table
const geometries: readonly Geometry[] = [
  { name: "2×3×2", x: [2, 2, 3, 4, 3], weight: [3, 2, 2, 3, 2] },
  { name: "bias, stride 2", x: [1, 2, 5, 4, 4], weight: [2, 2, 3, 2, 2], stride: [2, 2, 1], bias: true },
  { name: "padding 1", x: [1, 1, 2, 3, 3], weight: [2, 1, 3, 3, 3], sides: [1, 1, 1, 1, 1, 1] },
  { name: "uneven sides", x: [1, 1, 2, 2, 3], weight: [2, 1, 2, 2, 2], sides: [2, 0, 0, 1, 1, 0], bias: true },
  { name: "same, even kernel", x: [1, 2, 3, 2, 3], weight: [2, 2, 2, 1, 4], padding: "same", sides: [0, 1, 0, 0, 1, 2] },
  { name: "valid", x: [1, 1, 2, 2, 2], weight: [1, 1, 2, 1, 1], padding: "valid" },
  { name: "dilation", x: [1, 1, 5, 4, 5], weight: [1, 1, 3, 2, 2], dilation: [2, 3, 2] },
  { name: "groups", x: [1, 4, 3, 3, 3], weight: [6, 2, 2, 2, 2], groups: 2, bias: true },
  { name: "depthwise, stride 2", x: [1, 3, 4, 4, 4], weight: [3, 1, 2, 2, 2], groups: 3, stride: [2, 2, 2] },
  { name: "one plane", x: [2, 2, 1, 3, 3], weight: [2, 2, 1, 2, 2], bias: true },
  { name: "no volumes", x: [0, 2, 3, 3, 3], weight: [2, 2, 2, 2, 2], bias: true },
  { name: "relu", x: [1, 2, 3, 3, 2], weight: [2, 2, 2, 2, 2], bias: true, activation: "relu" },
];

const noSides = [0, 0, 0, 0, 0, 0] as const;

function outputOf({ x, weight, stride = [1, 1, 1], sides = noSides, dilation = [1, 1, 1] }: Geometry): number[] {
  const sizes = stride.map((step, i) => {
    const padded = x[2 + i] + sides[2 * i] + sides[2 * i + 1];
    return Math.floor((padded - dilation[i] * (weight[2 + i] - 1) - 1) / step) + 1;
  });
  return [x[0], weight[0], ...sizes];
}

/** Flat place of coordinates, and back. */
const place = (at: readonly number[], shape: readonly number[]) => at.reduce((sum, c, i) => sum * shape[i] + c, 0);
function coordinates(i: number, shape: readonly number[]): number[] {
  return shape.map((size, axis) => Math.floor(i / sizeOf(shape.slice(axis + 1))) % size);
}

/** Calls `visit` for each product of the convolution, with flat places in x, weight and output. */
function products(geometry: Geometry, visit: (x: number, weight: number, y: number) => void): void {
  const { x, weight, stride = [1, 1, 1], sides = noSides, dilation = [1, 1, 1], groups = 1 } = geometry;
  const output = outputOf(geometry);
  for (let i = 0; i < sizeOf(output); i++) {
    const [image, filter, ...window] = coordinates(i, output);
    const filterSize = sizeOf(weight.slice(1));
    for (let k = 0; k < filterSize; k++) {
      const [channel, ...element] = coordinates(k, weight.slice(1));
      const at = window.map((start, a) => start * stride[a] + element[a] * dilation[a] - sides[2 * a]);
      if (at.some((c, a) => c < 0 || c >= x[2 + a])) continue;
      const group = Math.floor(filter / (weight[0] / groups));
      visit(place([image, group * weight[1] + channel, ...at], x), filter * filterSize + k, i);
    }
  }
}

function forwardCase(geometry: Geometry): OpCase {
  const { name, x, weight, bias, stride, sides, dilation, groups, padding = sides, activation = "none" } = geometry;
  const output = outputOf(geometry);
  const inputs: CaseInput[] = [{ shape: x }, { shape: weight }];
  if (bias) inputs.push({ shape: [weight[0]] });
  return {
    name,
    inputs,
    run: (...[a, w, b]) => conv3d(a, w, b, { stride, padding, dilation, groups, activation }),
    reference: (a, w, b) => {
      const y = Array.from({ length: sizeOf(output) }, (_, i) => b?.[coordinates(i, output)[1]] ?? 0);
      products(geometry, (i, k, o) => (y[o] += a[i] * w[k]));
      return [y.map(activations[activation])];
    },
  };
}

/** The convolution turned around: `x` is the shape of the result. */
function transposedCase(geometry: Geometry): OpCase {
  const { name, x, weight, bias, stride = [1, 1, 1], sides = noSides, dilation = [1, 1, 1], groups = 1 } = geometry;
  const output = outputOf(geometry);
  const more = (i: 0 | 1 | 2) =>
    x[2 + i] +
    sides[2 * i] +
    sides[2 * i + 1] -
    dilation[i] * (weight[2 + i] - 1) -
    1 -
    (output[2 + i] - 1) * stride[i];
  const outputPadding = [more(0), more(1), more(2)] as const;
  const inputs: CaseInput[] = [{ shape: output }, { shape: weight }];
  if (bias) inputs.push({ shape: [weight[1] * groups] });
  return {
    name,
    inputs,
    run: (...[a, w, b]) => convTranspose3d(a, w, b, { stride, padding: sides, dilation, groups, outputPadding }),
    reference: (a, w, b) => {
      const y = Array.from({ length: sizeOf(x) }, (_, i) => b?.[coordinates(i, x)[1]] ?? 0);
      products(geometry, (i, k, o) => (y[i] += a[o] * w[k]));
      return [y];
    },
  };
}

const call =
  (options: Conv3dAttrsOptions = {}) =>
  (...[x, weight, bias]: Tensor[]) =>
    conv3d(x, weight, bias, options);

/** Cases of `conv3d`. */
export const conv3dCases: OpCases = {
  op: "conv3d",
  cases: geometries.map(forwardCase),
  errors: [
    {
      name: "channels, size and bias",
      inputs: [{ shape: [1, 4, 2, 5, 5] }, { shape: [8, 3, 3, 3, 3] }, { shape: [7] }],
      run: call(),
      error: "ShapeError",
      says: [
        "[conv3d]",
        "n c d h w",
        "c = 3, got 4",
        "padded d of at least 3, got 2",
        "bias [8], got [7]",
        "new Conv3d",
      ],
    },
    {
      name: "an image",
      inputs: [{ shape: [1, 3, 5, 5] }, { shape: [8, 3, 3, 3, 3] }],
      run: call(),
      error: "ShapeError",
      says: ["n c d h w, got 4 dimensions", "one volume: x.unsqueeze(0)"],
    },
    {
      name: "options",
      inputs: [{ shape: [1, 3, 5, 5, 5] }, { shape: [8, 3, 3, 3, 3] }],
      run: call({ stride: [1, 0, 1], padding: -1, dilation: 1.5, groups: 0 }),
      error: "DataError",
      says: [
        "or three of them; got [1, 0, 1]",
        "three or six",
        "dilation an integer of 1 or more",
        "groups an integer",
      ],
    },
    {
      name: "a layer whose groups do not divide its channels",
      inputs: [],
      run: () => new Conv3d(3, 8, { kernelSize: 3, groups: 2 }),
      error: "DataError",
      says: ["[Conv3d]", "inChannels a multiple of groups = 2; got 3"],
    },
  ],
};

/** Cases of `convTranspose3d`. */
export const convTranspose3dCases: OpCases = {
  op: "convTranspose3d",
  cases: geometries.filter(({ activation }) => activation === undefined).map(transposedCase),
  errors: [
    {
      name: "channels",
      inputs: [{ shape: [1, 4, 2, 5, 5] }, { shape: [3, 8, 3, 3, 3] }],
      run: (x, weight) => convTranspose3d(x, weight),
      error: "ShapeError",
      says: ["[convTranspose3d]", "in out/groups kd kh kw", "c = 3, got 4", "new ConvTranspose3d(4, 8, …)"],
    },
    {
      name: "padding that leaves nothing",
      inputs: [{ shape: [1, 3, 1, 5, 5] }, { shape: [3, 2, 2, 2, 2] }],
      run: (x, weight) => convTranspose3d(x, weight, undefined, { padding: [1, 0, 0] }),
      error: "ShapeError",
      says: ["d of 1 or more in the result, got 0"],
    },
    {
      name: "options of a layer",
      inputs: [],
      run: () => new ConvTranspose3d(3, 2, { kernelSize: 2, outputPadding: [0, 1, 0], padding: [1, 2] as never }),
      error: "DataError",
      says: ["outputPadding less than the stride; got [0, 1, 0]", "three or six"],
    },
    {
      name: "a padding mode of a layer",
      inputs: [],
      run: () => new ConvTranspose3d(3, 2, { kernelSize: 2, paddingMode: "reflect" }),
      error: "UnsupportedError",
      says: ['"reflect"', "cuts the result"],
    },
  ],
};
