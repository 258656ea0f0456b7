import type { OpCases } from "@nn/tensor/cases";
import { activationCases } from "./activations/activations.cases.js";
import { dropoutCases } from "./dropout.cases.js";
import { embeddingCases, embeddingGradCases } from "./embedding.cases.js";
import { linearCases } from "./linear.cases.js";
import { crossEntropyCases, softmaxCrossEntropyCases } from "./losses/cross-entropy.cases.js";
import { l1LossCases, mseLossCases } from "./losses/pair-losses.cases.js";
import { batchNormCases } from "./norm/batch-norm.cases.js";
import { groupNormCases, layerNormCases } from "./norm/layer-norm.cases.js";
import { logSoftmaxCases, softmaxCases } from "./softmax.cases.js";

/** What `@nn/testing` checks of the ops of this package. */
export const cases: readonly OpCases[] = [
  linearCases,
  softmaxCases,
  logSoftmaxCases,
  softmaxCrossEntropyCases,
  crossEntropyCases,
  mseLossCases,
  l1LossCases,
  batchNormCases,
  layerNormCases,
  groupNormCases,
  dropoutCases,
  embeddingCases,
  embeddingGradCases,
  ...activationCases,
];
