import type { OpCases } from "@nn/tensor/cases";
import * as layers from "../index.js";
import { weightNormOp } from "../reparametrize/weight-norm-op.js";

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** x over the root mean square of its row of n elements. */
function overRms(x: readonly number[], n: number, eps = 2 ** -52): number[] {
  return x.map((value, i) => {
    const row = x.slice(i - (i % n), i - (i % n) + n);
    return value / Math.sqrt(mean(row.map((v) => v * v)) + eps);
  });
}

/** Cases of `rmsNorm`. */
export const rmsNormCases: OpCases = {
  op: "rmsNorm",
  cases: [
    {
      name: "rows",
      inputs: [{ shape: [5, 6] }, { shape: [6] }],
      run: (x, weight) => layers.rmsNorm(x, 6, weight),
      reference: (x, weight) => [overRms(x, 6).map((v, i) => v * weight[i % 6])],
    },
    {
      name: "two dimensions, without a weight",
      inputs: [{ shape: [3, 2, 4] }],
      run: (x) => layers.rmsNorm(x, [2, 4], undefined, { eps: 0.125 }),
      reference: (x) => [overRms(x, 8, 0.125)],
    },
    {
      name: "longer than a vector of a kernel",
      inputs: [{ shape: [2, 70] }, { shape: [70] }],
      run: (x, weight) => layers.rmsNorm(x, 70, weight),
      reference: (x, weight) => [overRms(x, 70).map((v, i) => v * weight[i % 70])],
    },
    { name: "no rows", inputs: [{ shape: [0, 4] }, { shape: [4] }], run: (x, weight) => layers.rmsNorm(x, 4, weight) },
  ],
  errors: [
    {
      name: "other features",
      inputs: [{ shape: [3, 5] }],
      run: (x) => layers.rmsNorm(x, 4),
      error: "ShapeError",
      says: ["[rmsNorm]", "f32 [3, 5]", "[…, 4]"],
    },
  ],
};

/** Each channel of each image normalized over p places. */
function byInstance(x: readonly number[], places: number, eps = 1e-5): number[] {
  return x.map((value, i) => {
    const row = x.slice(i - (i % places), i - (i % places) + places);
    const center = mean(row);
    return (value - center) / Math.sqrt(mean(row.map((v) => (v - center) ** 2)) + eps);
  });
}

/** Cases of `instanceNorm`. */
export const instanceNormCases: OpCases = {
  op: "instanceNorm",
  cases: [
    {
      name: "images",
      inputs: [{ shape: [2, 3, 2, 4] }, { shape: [3] }, { shape: [3] }],
      run: (x, weight, bias) => layers.instanceNorm(x, { weight, bias }),
      reference: (x, weight, bias) => [
        byInstance(x, 8).map((v, i) => v * weight[Math.floor(i / 8) % 3] + bias[Math.floor(i / 8) % 3]),
      ],
      // Where the places are nearly equal, the rounding of the mean is divided by their deviation.
      tolerance: 1e-4,
    },
    {
      name: "sequences, without weight and bias",
      inputs: [{ shape: [2, 2, 5] }],
      run: (x) => layers.instanceNorm(x, { eps: 0.125 }),
      reference: (x) => [byInstance(x, 5, 0.125)],
    },
    { name: "no images", inputs: [{ shape: [0, 2, 3] }], run: (x) => layers.instanceNorm(x) },
  ],
  errors: [
    {
      name: "one place",
      inputs: [{ shape: [2, 3, 1] }],
      run: (x) => layers.instanceNorm(x),
      error: "ShapeError",
      says: ["[instanceNorm]", "one place only"],
    },
    {
      name: "no places",
      inputs: [{ shape: [2, 3] }],
      run: (x) => layers.instanceNorm(x),
      error: "ShapeError",
      says: ["[instanceNorm]", "x.unsqueeze(0)"],
    },
    {
      name: "other channels",
      inputs: [{ shape: [2, 3, 4, 4] }],
      run: (x) => new layers.InstanceNorm2d(4).forward(x),
      error: "ShapeError",
      says: ["[InstanceNorm2d]", "c = 4"],
    },
  ],
};

/** Cases of the normalization of weights. */
export const weightNormCases: OpCases = {
  op: "weightNorm",
  cases: [
    {
      name: "filters",
      inputs: [{ shape: [3, 2, 2] }, { shape: [3, 1, 1], range: [0.5, 2] }],
      run: (v, g) => weightNormOp.call([v, g], { axes: [1, 2] }),
      reference: (v, g) => [
        v.map((value, i) => {
          const start = Math.floor(i / 4) * 4;
          return (value * g[start / 4]) / Math.hypot(...v.slice(start, start + 4));
        }),
      ],
    },
  ],
};
