import type { OpCases } from "@nn/tensor/cases";
import { boxCases } from "./boxes/boxes.cases.js";
import { convTranspose1dCases, convTranspose2dCases } from "./conv/conv-transpose.cases.js";
import { conv1dCases } from "./conv/conv1d.cases.js";
import { conv2dCases, conv2dGradInputCases, conv2dGradWeightCases } from "./conv/conv2d.cases.js";
import { conv3dCases, convTranspose3dCases } from "./conv/conv3d.cases.js";
import { depthwiseConv2dCases, separableConv2dCases } from "./conv/separable-conv2d.cases.js";
import { adaptiveAvgPool2dCases } from "./pool/adaptive-avg-pool2d.cases.js";
import { avgPool2dCases, avgPool2dGradCases } from "./pool/avg-pool2d.cases.js";
import { maxPool2dCases, maxPool2dGradCases } from "./pool/max-pool2d.cases.js";
import { poolCases } from "./pool/pools.cases.js";
import { resampleCases } from "./resample/resample.cases.js";

/** What `@nn/testing` checks of the ops of this package. */
export const cases: readonly OpCases[] = [
  conv2dCases,
  conv2dGradInputCases,
  conv2dGradWeightCases,
  conv1dCases,
  convTranspose2dCases,
  convTranspose1dCases,
  depthwiseConv2dCases,
  separableConv2dCases,
  conv3dCases,
  convTranspose3dCases,
  maxPool2dCases,
  maxPool2dGradCases,
  avgPool2dCases,
  avgPool2dGradCases,
  adaptiveAvgPool2dCases,
  ...poolCases,
  ...resampleCases,
  ...boxCases,
];
