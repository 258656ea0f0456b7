import type { Backend, FusedKernels } from "@nn/backend";
import { cpu } from "./cpu.js";
import { adamStep } from "./fused/adam-step.js";
import { avgPool2d } from "./fused/avg-pool2d.js";
import { avgPool2dGrad } from "./fused/avg-pool2d-grad.js";
import { conv2d } from "./fused/conv2d.js";
import { conv2dGradInput } from "./fused/conv2d-grad-input.js";
import { conv2dGradWeight } from "./fused/conv2d-grad-weight.js";
import { gruSequence, gruSequenceGrad } from "./fused/gru-sequence.js";
import { linear } from "./fused/linear.js";
import { lstmSequence, lstmSequenceGrad } from "./fused/lstm-sequence.js";
import { maxPool2d } from "./fused/max-pool2d.js";
import { maxPool2dGrad } from "./fused/max-pool2d-grad.js";
import { reluGrad } from "./fused/relu-grad.js";
import { rnnSequence, rnnSequenceGrad } from "./fused/rnn-sequence.js";
import { sgdStep } from "./fused/sgd-step.js";
import { softmaxCrossEntropy, softmaxCrossEntropyGrad } from "./fused/softmax-cross-entropy.js";

/** Fused kernels for `cpu({ kernels: fusedKernels })`, or some of them: `cpu({ kernels: { conv2d: fusedKernels.conv2d } })`. */
export const fusedKernels = {
  linear,
  reluGrad,
  conv2d,
  conv2dGradInput,
  conv2dGradWeight,
  maxPool2d,
  maxPool2dGrad,
  avgPool2d,
  avgPool2dGrad,
  softmaxCrossEntropy,
  softmaxCrossEntropyGrad,
  sgdStep,
  adamStep,
  rnnSequence,
  rnnSequenceGrad,
  lstmSequence,
  lstmSequenceGrad,
  gruSequence,
  gruSequenceGrad,
} satisfies Partial<FusedKernels>;

/** The CPU backend with all its fused kernels. */
export function fusedCpu(): Backend {
  return cpu({ kernels: fusedKernels });
}
