import type { Engine, OwnKernels, Shaders } from "../../engine.js";
import { adamStep } from "./adam-step.js";
import { batchNorm } from "./batch-norm.js";
import { batchNormGrad } from "./batch-norm-grad.js";
import { conv2d } from "./conv2d.js";
import { conv2dGradInput } from "./conv2d-grad-input.js";
import { conv2dGradWeight } from "./conv2d-grad-weight.js";
import { elementwise } from "./elementwise.js";
import { embeddingGrad } from "./embedding-grad.js";
import { gruSequence, gruSequenceGrad } from "./gru-sequence.js";
import type { Device } from "./launch.js";
import { layerNorm } from "./layer-norm.js";
import { layerNormGrad } from "./layer-norm-grad.js";
import { linear } from "./linear.js";
import { lstmSequence, lstmSequenceGrad } from "./lstm-sequence.js";
import { matmul } from "./matmul.js";
import { reduce } from "./reduce.js";
import { rnnSequence, rnnSequenceGrad } from "./rnn-sequence.js";
import { sgdStep } from "./sgd-step.js";
import { logSoftmax, softmax } from "./softmax.js";
import { softmaxCrossEntropy, softmaxCrossEntropyGrad } from "./softmax-cross-entropy.js";

/** What the texts of this folder take for granted, and what every WebGPU device has by default. */
const least = { maxThreads: 256, maxBuffers: 8, workgroupBytes: 2 ** 14 };

/** The kernels in WGSL; none on a device that was made with less than the usual limits. */
export function shaderKernels(engine: Engine, shaders: Shaders): OwnKernels {
  const { maxThreads, maxBuffers, workgroupBytes } = shaders;
  if (maxThreads < least.maxThreads || maxBuffers < least.maxBuffers || workgroupBytes < least.workgroupBytes)
    return {};
  const device: Device = { engine, shaders };
  return {
    adamStep: adamStep(device),
    batchNorm: batchNorm(device),
    batchNormGrad: batchNormGrad(device),
    conv2d: conv2d(device),
    conv2dGradInput: conv2dGradInput(device),
    conv2dGradWeight: conv2dGradWeight(device),
    elementwise: elementwise(device),
    embeddingGrad: embeddingGrad(device),
    gruSequence: gruSequence(device),
    gruSequenceGrad: gruSequenceGrad(device),
    layerNorm: layerNorm(device),
    layerNormGrad: layerNormGrad(device),
    linear: linear(device),
    logSoftmax: logSoftmax(device),
    lstmSequence: lstmSequence(device),
    lstmSequenceGrad: lstmSequenceGrad(device),
    matmul: matmul(device),
    reduce: reduce(device),
    rnnSequence: rnnSequence(device),
    rnnSequenceGrad: rnnSequenceGrad(device),
    sgdStep: sgdStep(device),
    softmax: softmax(device),
    softmaxCrossEntropy: softmaxCrossEntropy(device),
    softmaxCrossEntropyGrad: softmaxCrossEntropyGrad(device),
  };
}
