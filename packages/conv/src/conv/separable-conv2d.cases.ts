import type { OpCase, OpCases } from "@nn/tensor/cases";
import { type Geometry, outputOf, products, sizeOf } from "./conv2d-geometry.cases.js";
import { DepthwiseConv2d, depthwiseConv2d } from "./depthwise-conv2d.js";
import { SeparableConv2d, separableConv2d } from "./separable-conv2d.js";

// The depthwise step; groups are the channels of x.
// biome-ignore format: a table
const geometries: readonly Geometry[] = [
  { name: "3×3, padding 1", x: [2, 3, 4, 5], weight: [3, 1, 3, 3], sides: [1, 1, 1, 1], groups: 3 },
  { name: "two filters a channel", x: [1, 3, 4, 4], weight: [6, 1, 2, 3], groups: 3 },
  { name: "stride 2", x: [1, 2, 6, 7], weight: [2, 1, 3, 3], stride: [2, 2], sides: [1, 1, 1, 1], groups: 2 },
  { name: "dilation 2", x: [1, 2, 7, 8], weight: [2, 1, 3, 3], dilation: [2, 2], sides: [2, 2, 2, 2], groups: 2 },
];

function depthwiseOf(geometry: Geometry, x: readonly number[], weight: readonly number[]): number[] {
  const y = new Array<number>(sizeOf(outputOf(geometry))).fill(0);
  products(geometry, (i, k, o) => (y[o] += x[i] * weight[k]));
  return y;
}

function depthwiseCase(geometry: Geometry): OpCase {
  const { name, stride, sides: padding, dilation } = geometry;
  return {
    name,
    inputs: [{ shape: geometry.x }, { shape: geometry.weight }],
    run: (x, weight) => depthwiseConv2d(x, weight, undefined, { stride, padding, dilation }),
    reference: (x, weight) => [depthwiseOf(geometry, x, weight)],
  };
}

function separableCase(geometry: Geometry): OpCase {
  const { name, stride, sides: padding, dilation } = geometry;
  const [n, channels, oh, ow] = outputOf(geometry);
  const places = oh * ow;
  return {
    name,
    inputs: [{ shape: geometry.x }, { shape: geometry.weight }, { shape: [2, channels, 1, 1] }, { shape: [2] }],
    run: (x, depthwise, pointwise, bias) =>
      separableConv2d(x, depthwise, pointwise, bias, { stride, padding, dilation, activation: "tanh" }),
    reference: (x, depthwise, pointwise, bias) => {
      const middle = depthwiseOf(geometry, x, depthwise);
      const y = Array.from({ length: n * 2 * places }, (_, i) => {
        const [image, out, place] = [Math.floor(i / (2 * places)), Math.floor(i / places) % 2, i % places];
        let sum = bias[out];
        for (let c = 0; c < channels; c++) {
          sum += pointwise[out * channels + c] * middle[(image * channels + c) * places + place];
        }
        return Math.tanh(sum);
      });
      return [y];
    },
  };
}

/** Cases of `depthwiseConv2d`. */
export const depthwiseConv2dCases: OpCases = {
  op: "depthwiseConv2d",
  cases: geometries.map(depthwiseCase),
  errors: [
    {
      name: "filters of another number of channels",
      inputs: [{ shape: [1, 4, 5, 5] }, { shape: [3, 1, 3, 3] }],
      run: (x, weight) => depthwiseConv2d(x, weight),
      error: "ShapeError",
      says: ["out a multiple of groups = 4, got 3"],
    },
    {
      name: "a layer without channels",
      inputs: [],
      run: () => new DepthwiseConv2d(0, { kernelSize: 3, depthMultiplier: 0.5 }),
      error: "DataError",
      says: ["[DepthwiseConv2d]", "channels an integer of 1 or more; got 0", "depthMultiplier"],
    },
  ],
};

/** Cases of `separableConv2d`. */
export const separableConv2dCases: OpCases = {
  op: "separableConv2d",
  cases: geometries.map(separableCase),
  errors: [
    {
      name: "a layer without channels",
      inputs: [],
      run: () => new SeparableConv2d(3, 0, { kernelSize: 3 }),
      error: "DataError",
      says: ["[SeparableConv2d]", "outChannels an integer of 1 or more; got 0"],
    },
  ],
};
