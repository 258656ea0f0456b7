import { cpu } from "@nn/backend-cpu";
import { fusedCpu } from "@nn/backend-cpu/fused";
import * as layers from "@nn/layers";
import { softplus, type Tensor } from "@nn/tensor";
import { expectGolden, type GoldenRun } from "@nn/testing";
import { loadGolden } from "@nn/testing/node";
import { describe, expect, it } from "vitest";

// As layers.test.ts: losses beyond those of classes, similarities, and small activations.
const backends = [
  ["composed", cpu()],
  ["fused", fusedCpu()],
] as const;

type PairLoss = (input: Tensor, target: Tensor, options: object) => Tensor;
const pair =
  (loss: PairLoss): GoldenRun =>
  ({ x, target, ...operands }, options) =>
    loss(x, target, { ...options, ...operands });
type Similarity = (a: Tensor, b: Tensor, options: object) => Tensor;
const similarity =
  (fn: Similarity): GoldenRun =>
  ({ a, b }, { dim, ...options }) =>
    fn(a, b, { ...options, ...(dim === undefined ? {} : { axis: dim }) });

const runs: Readonly<Record<string, GoldenRun>> = {
  crossEntropy: pair(layers.crossEntropy),
  nllLoss: pair(layers.nllLoss),
  smoothL1Loss: pair(layers.smoothL1Loss),
  huberLoss: pair(layers.huberLoss),
  binaryCrossEntropy: pair(layers.binaryCrossEntropy),
  binaryCrossEntropyWithLogits: pair(layers.binaryCrossEntropyWithLogits),
  klDiv: pair(layers.klDiv),
  poissonNllLoss: pair(layers.poissonNllLoss),
  gaussianNllLoss: ({ x, target, variance }, options) => layers.gaussianNllLoss(x, target, variance, options),
  hingeEmbeddingLoss: pair(layers.hingeEmbeddingLoss),
  softMarginLoss: pair(layers.softMarginLoss),
  multiMarginLoss: pair(layers.multiMarginLoss),
  sigmoidFocalLoss: pair(layers.sigmoidFocalLoss),
  diceLoss: pair(layers.diceLoss),
  marginRankingLoss: ({ input1, input2, target }, options) => layers.marginRankingLoss(input1, input2, target, options),
  cosineEmbeddingLoss: ({ input1, input2, target }, options) =>
    layers.cosineEmbeddingLoss(input1, input2, target, options),
  tripletMarginLoss: ({ anchor, positive, negative }, options) =>
    layers.tripletMarginLoss(anchor, positive, negative, options),
  cosineSimilarity: similarity(layers.cosineSimilarity),
  pairwiseDistance: similarity(layers.pairwiseDistance),
  normalize: ({ x }, { dim }) => layers.normalize(x, { axis: dim as number | undefined }),
  rmsNorm: ({ x, weight }, { eps }) => layers.rmsNorm(x, 5, weight, { eps: eps as number | undefined }),
  instanceNorm: ({ x }) => layers.instanceNorm(x),
  // Of PyTorch's softplus only beta 1 is here; the others are its scaled argument and result.
  softplus: ({ x }, { beta }) => softplus(x.mul(beta as number)).mul(1 / (beta as number)),
  softmin: ({ x }, { dim }) => layers.softmin(x, dim as number | undefined),
  tanhshrink: ({ x }) => layers.tanhShrink(x),
  softshrink: ({ x }) => layers.softShrink(x),
  hardshrink: ({ x }) => layers.hardShrink(x),
  threshold: ({ x }, { threshold, value }) => layers.threshold(x, threshold as number, value as number),
};

/** Cases of layers.json that layers.test.ts runs are left to it. */
const elsewhere = ["crossEntropy", "nllLoss"];
const cases = [
  ...loadGolden("layers").cases.filter(({ op }) => op in runs && !elsewhere.includes(op)),
  ...loadGolden("losses").cases,
  ...loadGolden("papers").cases,
];

describe.each(backends)("losses.json, papers.json and more of layers.json, %s", (_, backend) => {
  it.each(cases.map((golden) => [`${golden.op}: ${golden.name}`, golden] as const))("%s", async (_, golden) => {
    await expectGolden(golden, runs[golden.op], { backend, rtol: 1e-9 });
  });
});

it("runs every op of these files", () => {
  expect(new Set(cases.map(({ op }) => op))).toEqual(new Set(Object.keys(runs)));
  expect(cases.length).toBe(109);
});
