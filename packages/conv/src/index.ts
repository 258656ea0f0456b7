export type { ConvTranspose2dAttrsOptions } from "./conv/conv-transpose-attrs.js";
export type {
  ConvTranspose1dAttrsOptions,
  ConvTranspose1dCallOptions,
  ConvTranspose1dOptions,
} from "./conv/conv-transpose1d.js";
export { ConvTranspose1d, convTranspose1d } from "./conv/conv-transpose1d.js";
export type { ConvTranspose2dCallOptions, ConvTranspose2dOptions } from "./conv/conv-transpose2d.js";
export { ConvTranspose2d, convTranspose2d } from "./conv/conv-transpose2d.js";
export type { Conv1dCallOptions, Conv1dOptions } from "./conv/conv1d.js";
export { Conv1d, conv1d } from "./conv/conv1d.js";
export type { Conv1dAttrsOptions, Conv1dPadding } from "./conv/conv1d-attrs.js";
export type { Conv2dCallOptions, Conv2dOptions } from "./conv/conv2d.js";
export { Conv2d, conv2d } from "./conv/conv2d.js";
export type { Conv2dAttrsOptions, Conv2dPadding } from "./conv/conv2d-attrs.js";
export type { PaddingMode } from "./conv/layer-checks.js";
export { AdaptiveAvgPool2d, adaptiveAvgPool2d, GlobalAvgPool2d } from "./pool/adaptive-avg-pool2d.js";
export type { AvgPool2dOptions } from "./pool/avg-pool2d.js";
export { AvgPool2d, avgPool2d } from "./pool/avg-pool2d.js";
export type { MaxPool2dOptions } from "./pool/max-pool2d.js";
export { MaxPool2d, maxPool2d } from "./pool/max-pool2d.js";
export type { Pool2dOptions } from "./pool/pool2d-attrs.js";
export type { IOHW, IOK, NCHW, NCL, OIHW, OIK } from "./shared/nchw.js";
export type { Pair } from "./shared/pair.js";
