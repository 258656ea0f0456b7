import { Buffer, scope, type Tensor } from "@nn/tensor";
import type { OpCase, OpCases } from "@nn/tensor/cases";
import { batchNorm } from "../index.js";

/** Normalizes `(n, c, inner)` in plain numbers, by the batch or by given statistics. */
function reference(
  x: readonly number[],
  [n, c, inner]: readonly [number, number, number],
  weight: readonly number[],
  bias: readonly number[],
  given?: { mean: readonly number[]; variance: readonly number[] },
): number[] {
  const y = new Array<number>(x.length);
  for (let channel = 0; channel < c; channel++) {
    const places = Array.from(
      { length: n * inner },
      (_, k) => (Math.floor(k / inner) * c + channel) * inner + (k % inner),
    );
    const average = (f: (value: number) => number) => places.reduce((sum, at) => sum + f(x[at]), 0) / places.length;
    const mean = given?.mean[channel] ?? average((value) => value);
    const variance = given?.variance[channel] ?? average((value) => (value - mean) ** 2);
    for (const at of places) y[at] = ((x[at] - mean) / Math.sqrt(variance + 1e-5)) * weight[channel] + bias[channel];
  }
  return y;
}

function trained(name: string, shape: readonly number[], tolerance?: number): OpCase {
  const [n, c, ...rest] = shape;
  const inner = rest.reduce((product, d) => product * d, 1);
  return {
    name,
    inputs: [{ shape }, { shape: [c] }, { shape: [c] }],
    run: (x: Tensor, weight: Tensor, bias: Tensor) => batchNorm(x, { weight, bias, training: true }),
    reference: (x, weight, bias) => [reference(x, [n, c, inner], weight, bias)],
    ...(tolerance === undefined ? {} : { tolerance }),
  };
}

/** Cases of `batchNorm`. */
export const batchNormCases: OpCases = {
  op: "batchNorm",
  cases: [
    // Where all elements of a channel are equal, the rounding of the mean is divided by √eps.
    trained("training, images", [2, 3, 2, 3], 1e-4),
    trained("training, rows", [6, 4], 1e-4),
    trained("training, one channel", [3, 1, 4], 1e-4),
    {
      name: "training, without weight and bias",
      inputs: [{ shape: [3, 2, 4] }],
      run: (x) => batchNorm(x, { training: true }),
      reference: (x) => [reference(x, [3, 2, 4], [1, 1], [0, 0])],
      tolerance: 1e-4,
    },
    {
      name: "evaluation",
      inputs: [
        { shape: [2, 3, 2, 2] },
        { shape: [3] },
        { shape: [3] },
        { shape: [3] },
        { shape: [3], range: [0.5, 2] },
      ],
      run: (x, weight, bias, mean, variance) => evaluated(x, { weight, bias }, mean, variance),
      reference: (x, weight, bias, mean, variance) => [reference(x, [2, 3, 4], weight, bias, { mean, variance })],
      noGradient:
        "running statistics are buffers, which are made anew for each call here; the goldens check the gradients",
    },
  ],
  errors: [
    {
      name: "channels differ",
      inputs: [{ shape: [2, 4, 3, 3] }, { shape: [3] }, { shape: [3] }],
      run: (x, weight, bias) => batchNorm(x, { weight, bias, training: true }),
      error: "ShapeError",
      says: ["input channels do not match", "c = 3, got 4", "f32 [2, 4, 3, 3]"],
    },
    {
      name: "no channels",
      inputs: [{ shape: [3] }],
      run: (x) => batchNorm(x, { training: true }),
      error: "ShapeError",
      says: ["the input has no channels", "x.unsqueeze(0)"],
    },
    {
      name: "a weight without a bias",
      inputs: [{ shape: [2, 3] }, { shape: [3] }],
      run: (x, weight) => batchNorm(x, { weight, training: true }),
      error: "ShapeError",
      says: ["an operand is missing", "give both weight and bias"],
    },
    {
      name: "one element a channel",
      inputs: [{ shape: [1, 3] }],
      run: (x) => batchNorm(x, { training: true }),
      error: "ShapeError",
      says: ["more than one element", "drop a last batch of one"],
    },
    {
      name: "evaluation without statistics",
      inputs: [{ shape: [2, 3] }],
      run: (x) => batchNorm(x),
      error: "ShapeError",
      says: ["give runningMean and runningVar"],
    },
    {
      name: "integers",
      inputs: [{ shape: [2, 3], dtype: "i32" }],
      run: (x) => batchNorm(x, { training: true }),
      error: "DTypeError",
      says: ["i32 [2, 3]"],
    },
  ],
};

function evaluated(x: Tensor, affine: { weight: Tensor; bias: Tensor }, mean: Tensor, variance: Tensor): Tensor {
  const runningMean = new Buffer(mean.add(0));
  const runningVar = new Buffer(variance.add(0));
  const y = scope(() => batchNorm(x, { ...affine, runningMean, runningVar }));
  runningMean.dispose();
  runningVar.dispose();
  return y;
}
