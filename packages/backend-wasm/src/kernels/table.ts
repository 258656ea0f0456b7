import type { KernelTable } from "@nn/backend";
import type { Context } from "../context.js";
import { adamStep } from "./adam-step.js";
import { argReduce } from "./arg-reduce.js";
import { avgPool2d } from "./avg-pool2d.js";
import { avgPool2dGrad } from "./avg-pool2d-grad.js";
import { batchNorm } from "./batch-norm.js";
import { batchNormGrad } from "./batch-norm-grad.js";
import { binary } from "./binary.js";
import { cast } from "./cast.js";
import { concat } from "./concat.js";
import { conv2d } from "./conv2d.js";
import { conv2dGradInput } from "./conv2d-grad-input.js";
import { conv2dGradWeight } from "./conv2d-grad-weight.js";
import { copy } from "./copy.js";
import { dropout } from "./dropout.js";
import { elementwise } from "./elementwise.js";
import { embeddingGrad } from "./embedding-grad.js";
import { fill } from "./fill.js";
import { gather } from "./gather.js";
import { gelu } from "./gelu.js";
import { geluGrad } from "./gelu-grad.js";
import { gruSequence } from "./gru-sequence.js";
import { gruSequenceGrad } from "./gru-sequence-grad.js";
import { layerNorm } from "./layer-norm.js";
import { layerNormGrad } from "./layer-norm-grad.js";
import { linear } from "./linear.js";
import { logSoftmax } from "./log-softmax.js";
import { lstmSequence } from "./lstm-sequence.js";
import { lstmSequenceGrad } from "./lstm-sequence-grad.js";
import { matmul } from "./matmul.js";
import { maxPool2d } from "./max-pool2d.js";
import { maxPool2dGrad } from "./max-pool2d-grad.js";
import { reduce } from "./reduce.js";
import { reluGrad } from "./relu-grad.js";
import { rmsNorm } from "./rms-norm.js";
import { rmsNormGrad } from "./rms-norm-grad.js";
import { rnnSequence } from "./rnn-sequence.js";
import { rnnSequenceGrad } from "./rnn-sequence-grad.js";
import { scaleShift } from "./scale-shift.js";
import { scatterAdd } from "./scatter-add.js";
import { sgdStep } from "./sgd-step.js";
import { silu } from "./silu.js";
import { siluGrad } from "./silu-grad.js";
import { softmax } from "./softmax.js";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.js";
import { softmaxCrossEntropyGrad } from "./softmax-cross-entropy-grad.js";
import { unary } from "./unary.js";
import { where } from "./where.js";

/** All kernels over one module and its memory. */
export function kernels(context: Context): KernelTable {
  return {
    argReduce: argReduce(context),
    binary: binary(context),
    cast: cast(context),
    concat: concat(context),
    copy: copy(context),
    fill: fill(context),
    gather: gather(context),
    matmul: matmul(context),
    reduce: reduce(context),
    scatterAdd: scatterAdd(context),
    unary: unary(context),
    where: where(context),
    // Fused
    maxPool2dGrad: maxPool2dGrad(context),
    maxPool2d: maxPool2d(context),
    linear: linear(context),
    conv2dGradWeight: conv2dGradWeight(context),
    conv2dGradInput: conv2dGradInput(context),
    conv2d: conv2d(context),
    avgPool2dGrad: avgPool2dGrad(context),
    avgPool2d: avgPool2d(context),
    adamStep: adamStep(context),
    batchNorm: batchNorm(context),
    batchNormGrad: batchNormGrad(context),
    dropout: dropout(context),
    elementwise: elementwise(context),
    embeddingGrad: embeddingGrad(context),
    gelu: gelu(context),
    gruSequenceGrad: gruSequenceGrad(context),
    gruSequence: gruSequence(context),
    lstmSequenceGrad: lstmSequenceGrad(context),
    lstmSequence: lstmSequence(context),
    rnnSequenceGrad: rnnSequenceGrad(context),
    rnnSequence: rnnSequence(context),
    geluGrad: geluGrad(context),
    layerNorm: layerNorm(context),
    layerNormGrad: layerNormGrad(context),
    rmsNorm: rmsNorm(context),
    rmsNormGrad: rmsNormGrad(context),
    scaleShift: scaleShift(context),
    silu: silu(context),
    siluGrad: siluGrad(context),
    logSoftmax: logSoftmax(context),
    reluGrad: reluGrad(context),
    sgdStep: sgdStep(context),
    softmax: softmax(context),
    softmaxCrossEntropy: softmaxCrossEntropy(context),
    softmaxCrossEntropyGrad: softmaxCrossEntropyGrad(context),
  };
}
