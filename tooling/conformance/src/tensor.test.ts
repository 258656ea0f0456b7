import type { Tensor } from "@nn/tensor";
import * as nn from "@nn/tensor";
import { expectGolden, type GoldenCase, type GoldenOptions, type GoldenRun } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { describe, it } from "vitest";

type Options = Readonly<Record<string, unknown>>;
type Axes = number | readonly number[] | undefined;

const first = (inputs: Readonly<Record<string, Tensor>>) => Object.values(inputs)[0];
const unary =
  (fn: (x: Tensor) => Tensor): GoldenRun =>
  ({ x }) =>
    fn(x);
const binary =
  (fn: (a: Tensor, b: Tensor) => Tensor): GoldenRun =>
  ({ a, b }) =>
    fn(a, b);

/** PyTorch's names of axes and flags. */
const axesOf = (options: Options) => (options.dim ?? undefined) as Axes;
const kept = (options: Options) => ({ keepDims: options.keepdim === true });
const correction = (options: Options) => ({ ...kept(options), correction: options.unbiased === false ? 0 : 1 });
const reduce =
  (fn: (x: Tensor, axes: Axes, options: { keepDims: boolean }) => Tensor): GoldenRun =>
  ({ x }, options) =>
    fn(x, axesOf(options), kept(options));
const argReduce =
  (fn: (x: Tensor, axis: number | undefined, options: { keepDims: boolean }) => Tensor): GoldenRun =>
  ({ x }, options) =>
    fn(x, options.dim as number | undefined, kept(options));
const named = (tensors: readonly Tensor[]) => Object.fromEntries(tensors.map((y, i) => [`y${i}`, y]));
const pairOf = ({ values, indices }: { values: Tensor; indices: Tensor }) => ({ y: values, indices });

const unaries = [
  nn.neg,
  nn.abs,
  nn.sign,
  nn.square,
  nn.sqrt,
  nn.rsqrt,
  nn.reciprocal,
  nn.exp,
  nn.expm1,
  nn.log,
  nn.log1p,
  nn.sin,
  nn.cos,
  nn.tanh,
  nn.sigmoid,
  nn.softplus,
  nn.erf,
  nn.relu,
  nn.floor,
  nn.ceil,
  nn.round,
  nn.isNaN,
  nn.logicalNot,
];
const binaries = [
  nn.add,
  nn.sub,
  nn.mul,
  nn.div,
  nn.pow,
  nn.maximum,
  nn.minimum,
  nn.mod,
  nn.atan2,
  nn.equal,
  nn.notEqual,
  nn.less,
  nn.lessEqual,
  nn.greater,
  nn.greaterEqual,
  nn.logicalAnd,
  nn.logicalOr,
];

const runs: Readonly<Record<string, GoldenRun>> = {
  ...Object.fromEntries(unaries.map((fn) => [fn.name, unary(fn)])),
  ...Object.fromEntries(binaries.map((fn) => [fn.name, binary(fn)])),
  powScalar: ({ x }, { exponent }) => nn.pow(x, exponent as number),
  where: ({ condition, a, b }) => nn.where(condition, a, b),
  clamp: ({ x }, { min, max }) => nn.clamp(x, min as number | undefined, max as number | undefined),
  sum: reduce(nn.sum),
  mean: reduce(nn.mean),
  prod: reduce(nn.prod),
  amax: reduce(nn.max),
  amin: reduce(nn.min),
  max: reduce(nn.max),
  min: reduce(nn.min),
  any: reduce(nn.any),
  all: reduce(nn.all),
  logsumexp: reduce(nn.logsumexp),
  var: ({ x }, options) => nn.variance(x, axesOf(options), correction(options)),
  std: ({ x }, options) => nn.standardDeviation(x, axesOf(options), correction(options)),
  argmax: argReduce(nn.argmax),
  argmin: argReduce(nn.argmin),
  cumsum: ({ x }, { dim }) => nn.cumsum(x, dim as number),
  sort: ({ x }, { dim, descending }) => pairOf(nn.sort(x, dim as number, { descending: descending === true })),
  topk: ({ x }, { k, dim, largest }) => pairOf(nn.topk(x, k as number, dim as number, { largest: largest !== false })),
  gather: ({ x, index }, { dim }) => nn.gather(x, dim as number, index),
  scatterAdd: ({ x, index, updates }, { dim }) => nn.scatterAdd(x, dim as number, index, updates),
  indexSelect: ({ x, index }, { dim }) => nn.indexSelect(x, dim as number, index),
  oneHot: ({ x }, { numClasses }) => nn.oneHot(x, numClasses as number, "i32"),
  flip: ({ x }, { dims }) => nn.flip(x, dims as number[]),
  slice: ({ x }, { slices }) =>
    (slices as (number | null)[][]).reduce(
      (y, [start, stop, step], axis) =>
        nn.slice(y, axis, start ?? (step! < 0 ? -1 : 0), stop ?? undefined, step ?? undefined),
      x,
    ),
  concat: (inputs, { dim }) => nn.concat(Object.values(inputs), dim as number),
  stack: (inputs, { dim }) => nn.stack(Object.values(inputs), dim as number),
  split: ({ x }, { splitSizeOrSections, dim }) =>
    named(nn.split(x, splitSizeOrSections as number | number[], dim as number)),
  permute: ({ x }, { dims }) => nn.permute(x, dims as number[]),
  transpose: ({ x }, { dim0, dim1 }) => nn.transpose(x, dim0 as number, dim1 as number),
  reshape: ({ x }, { shape }) => nn.reshape(x, shape as number[]),
  flatten: ({ x }, { startDim }) => nn.flatten(x, startDim as number),
  expand: ({ x }, { size }) => nn.expand(x, size as number[]),
  pad: ({ x }, { pad, ...options }) => nn.pad(x, pad as [number, number][], options as nn.PadOptions),
  matmul: binary(nn.matmul),
  outer: ({ a, b }) => nn.mul(nn.unsqueeze(a, 1), b),
  einsum: ({ a, b }) => nn.matmul(a, nn.transpose(b)),
  linear: ({ x, weight, bias }) => {
    const y = nn.matmul(x, nn.transpose(weight));
    return bias === undefined ? y : nn.add(y, bias);
  },
};

/** Goldens of what @nn/tensor does not have, and why. */
const without: Readonly<Record<string, string>> = {
  norm: "no op of its own",
  cumprod: "no op of its own",
  softmax: "an op of @nn/layers",
  logSoftmax: "an op of @nn/layers",
  roll: "no op of its own",
  tril: "no op of its own",
  triu: "no op of its own",
  chunk: "split does it",
  unbind: "split and squeeze do it",
  repeat: "no op of its own",
  repeatInterleave: "no op of its own",
};
const withoutCase: Readonly<Record<string, string>> = {
  "sign: infinities and NaN": "PyTorch makes 0 of NaN; here NaN stays NaN, as in NumPy, so that it is not hidden",
  "gather: index smaller off the axis": "an index has the input's sizes off the axis; anything else is an error",
  "scatterAdd: index smaller off the axis": "an index has the input's sizes off the axis; anything else is an error",
};

/** Where a result is right in another sense than PyTorch's. */
function optionsOf({ op, options }: GoldenCase): GoldenOptions {
  if ((op !== "max" && op !== "min") || options.dim === undefined) return {};
  // max and min are PyTorch's amax and amin: no index, and ties share the gradient.
  return { ignore: { indices: "argmax gives them" }, noGradient: "amax and amin have goldens of their own" };
}

for (const area of ["elementwise", "reduce", "shape", "matmul"]) {
  describe(area, () => {
    for (const golden of loadGolden(area).cases) {
      const title = `${golden.op}: ${golden.name}`;
      const reason = without[golden.op] ?? withoutCase[title];
      if (reason !== undefined) {
        it.skip(`${title} (${reason})`, () => {});
        continue;
      }
      it(title, () => expectGolden(golden, runs[golden.op], optionsOf(golden)));
    }
  });
}

/** Ops of second-order goldens beside those above. */
const secondRuns: Readonly<Record<string, GoldenRun>> = {
  ...runs,
  cube: ({ x }) => nn.pow(x, 3),
  prod: ({ x }) => nn.prod(x, 1),
  gatherSquared: ({ x, index }) => nn.square(nn.gather(x, 0, index)),
};

describe("secondorder", () => {
  for (const golden of loadGolden("secondorder").cases) {
    const title = `${golden.op}: ${golden.name}`;
    const run = secondRuns[golden.op];
    if (run === undefined || without[golden.op] !== undefined) {
      it.skip(`${title} (an op of another package)`, () => {});
      continue;
    }
    it(title, () =>
      expectGolden(golden, (inputs, options) => {
        const names = Object.keys(golden.outputs).filter((name) => name.startsWith("d."));
        const targets = names.map((name) => inputs[name.slice(2)]);
        const { y, grads } = nn.valueAndGrad(
          targets,
          () => {
            const result = run(inputs, options);
            const y = nn.isTensor(result) ? result : first(result);
            return { loss: nn.mul(y, inputs.v).sum(), y };
          },
          { createGraph: true },
        );
        const gradients = targets.map((target) => grads.get(target));
        const s = gradients.map((gradient) => nn.square(gradient).sum()).reduce((sum, term) => nn.add(sum, term));
        return { y, s, ...Object.fromEntries(names.map((name, i) => [name, gradients[i]])) };
      }),
    );
  }
});
