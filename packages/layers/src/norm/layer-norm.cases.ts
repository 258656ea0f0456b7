import type { OpCase, OpCases } from "@nn/tensor/cases";
import { GroupNorm, groupNorm, LayerNorm, layerNorm } from "../index.js";

/** Normalizes rows of n elements in plain numbers. */
function normalize(x: readonly number[], n: number, eps = 1e-5): number[] {
  return x.map((value, i) => {
    const row = x.slice(i - (i % n), i - (i % n) + n);
    const mean = row.reduce((sum, v) => sum + v, 0) / n;
    const variance = row.reduce((sum, v) => sum + (v - mean) ** 2, 0) / n;
    return (value - mean) / Math.sqrt(variance + eps);
  });
}

/** Layer norm over the last `over` dimensions with a weight and a bias. */
function affineCase(name: string, shape: readonly number[], over = 1): OpCase {
  const sizes = shape.slice(-over);
  const n = sizes.reduce((product, d) => product * d, 1);
  return {
    name,
    inputs: [{ shape }, { shape: sizes }, { shape: sizes }],
    run: (x, weight, bias) => layerNorm(x, sizes, weight, bias),
    reference: (x, weight, bias) => [normalize(x, n).map((v, i) => v * weight[i % n] + bias[i % n])],
    // Where the elements of a row are nearly equal, the rounding of the mean is divided by their deviation.
    tolerance: 1e-4,
  };
}

/** Cases of `layerNorm`. */
export const layerNormCases: OpCases = {
  op: "layerNorm",
  cases: [
    affineCase("rows", [5, 6]),
    affineCase("sequences", [2, 3, 4]),
    affineCase("two dimensions", [3, 2, 4], 2),
    affineCase("a vector", [7]),
    affineCase("longer than a vector of a kernel", [3, 70]),
    {
      name: "without weight and bias, large eps",
      inputs: [{ shape: [4, 5] }],
      run: (x) => layerNorm(x, 5, undefined, undefined, { eps: 0.125 }),
      reference: (x) => [normalize(x, 5, 0.125)],
    },
    {
      name: "a weight alone",
      inputs: [{ shape: [4, 5] }, { shape: [5] }],
      run: (x, weight) => layerNorm(x, 5, weight),
      reference: (x, weight) => [normalize(x, 5).map((v, i) => v * weight[i % 5])],
      tolerance: 1e-4,
    },
    {
      name: "a bias alone",
      inputs: [{ shape: [4, 5] }, { shape: [5] }],
      run: (x, bias) => layerNorm(x, 5, undefined, bias),
      reference: (x, bias) => [normalize(x, 5).map((v, i) => v + bias[i % 5])],
      tolerance: 1e-4,
    },
    {
      name: "far from zero",
      inputs: [{ shape: [2, 3], values: [1000, 1001, 1002, -500, -502, -504] }],
      run: (x) => layerNorm(x, 3),
      reference: (x) => [normalize(x, 3)],
      noGradient: "central differences lose their digits at 1000",
    },
    {
      name: "no rows",
      inputs: [{ shape: [0, 4] }, { shape: [4] }, { shape: [4] }],
      run: (x, weight, bias) => layerNorm(x, 4, weight, bias),
    },
  ],
  errors: [
    {
      name: "other features",
      inputs: [{ shape: [2, 3, 5] }],
      run: (x) => layerNorm(x, 4),
      error: "ShapeError",
      says: ["does not end with the normalized shape", "[…, 4]", "f32 [2, 3, 5]"],
    },
    {
      name: "a bias of another shape",
      inputs: [{ shape: [2, 4] }, { shape: [4] }, { shape: [2] }],
      run: (x, weight, bias) => layerNorm(x, [4], weight, bias),
      error: "ShapeError",
      says: ["weight and bias do not have the normalized shape", "f32 [2]", "zeros([4])"],
    },
    {
      name: "integers",
      inputs: [{ shape: [2, 4], dtype: "i32" }],
      run: (x) => layerNorm(x, 4),
      error: "DTypeError",
      says: ["i32 [2, 4]"],
    },
    {
      name: "a layer for nothing",
      inputs: [],
      run: () => new LayerNorm([4, 0]),
      error: "DataError",
      says: ["[LayerNorm]", "got", "[4, 0]"],
    },
  ],
};

function groupCase(name: string, shape: readonly number[], groups: number): OpCase {
  const [, c, ...places] = shape;
  const inner = places.reduce((product, d) => product * d, 1);
  return {
    name,
    inputs: [{ shape }, { shape: [c] }, { shape: [c] }],
    run: (x, weight, bias) => groupNorm(x, groups, weight, bias),
    reference: (x, weight, bias) => {
      const channel = (i: number) => Math.floor(i / inner) % c;
      return [normalize(x, (c / groups) * inner).map((v, i) => v * weight[channel(i)] + bias[channel(i)])];
    },
    // As with layer norm.
    tolerance: 1e-4,
  };
}

/** Cases of `groupNorm`. */
export const groupNormCases: OpCases = {
  op: "groupNorm",
  cases: [
    groupCase("one group", [2, 4, 2, 3], 1),
    groupCase("two groups", [2, 4, 2, 3], 2),
    groupCase("a group for each channel", [2, 3, 4], 3),
    groupCase("rows", [3, 6], 2),
    groupCase("no images", [0, 4, 2], 2),
    {
      name: "without weight and bias",
      inputs: [{ shape: [2, 4, 3] }],
      run: (x) => groupNorm(x, 2),
      reference: (x) => [normalize(x, 6)],
      tolerance: 1e-4,
    },
  ],
  errors: [
    {
      name: "groups that do not divide",
      inputs: [{ shape: [2, 6, 3] }],
      run: (x) => groupNorm(x, 4),
      error: "ShapeError",
      says: ["groups that divide c = 6, got 4"],
    },
    {
      name: "channels differ",
      inputs: [{ shape: [2, 6, 3] }, { shape: [4] }],
      run: (x, weight) => groupNorm(x, 2, weight),
      error: "ShapeError",
      says: ["input channels do not match", "c = 4, got 6"],
    },
    {
      name: "no channels",
      inputs: [{ shape: [6] }],
      run: (x) => groupNorm(x, 2),
      error: "ShapeError",
      says: ["the input has no channels", "x.unsqueeze(0)"],
    },
    {
      name: "channels before groups",
      inputs: [],
      run: () => new GroupNorm(32, 4),
      error: "DataError",
      says: ["a divisor of 4", "new GroupNorm(4, 32)"],
    },
  ],
};
