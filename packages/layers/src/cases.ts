import type { OpCases } from "@nn/tensor/cases";
import { activationCases } from "./activations/activations.cases.js";
import { attentionCases } from "./attention/attention.cases.js";
import { channelDropoutCases } from "./channel-dropout.cases.js";
import { dropoutCases } from "./dropout.cases.js";
import { embeddingCases, embeddingGradCases } from "./embedding.cases.js";
import { linearCases } from "./linear.cases.js";
import { crossEntropyCases, softmaxCrossEntropyCases } from "./losses/cross-entropy.cases.js";
import { elementLossCases } from "./losses/element-losses.cases.js";
import { l1LossCases, mseLossCases } from "./losses/pair-losses.cases.js";
import { vectorLossCases } from "./losses/vector-losses.cases.js";
import { batchNormCases } from "./norm/batch-norm.cases.js";
import { groupNormCases, layerNormCases } from "./norm/layer-norm.cases.js";
import { instanceNormCases, rmsNormCases, weightNormCases } from "./norm/more-norms.cases.js";
import { logSoftmaxCases, softmaxCases, softminCases } from "./softmax.cases.js";

/** What `@nn/testing` checks of the ops of this package. */
export const cases: readonly OpCases[] = [
  linearCases,
  softmaxCases,
  logSoftmaxCases,
  softminCases,
  softmaxCrossEntropyCases,
  crossEntropyCases,
  mseLossCases,
  l1LossCases,
  ...elementLossCases,
  ...vectorLossCases,
  batchNormCases,
  layerNormCases,
  groupNormCases,
  rmsNormCases,
  instanceNormCases,
  weightNormCases,
  attentionCases,
  dropoutCases,
  channelDropoutCases,
  embeddingCases,
  embeddingGradCases,
  ...activationCases,
];
