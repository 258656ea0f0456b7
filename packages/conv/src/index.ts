export { AdaptiveAvgPool2d, adaptiveAvgPool2d, GlobalAvgPool2d } from "./adaptive-avg-pool2d.js";
export type { AvgPool2dOptions } from "./avg-pool2d.js";
export { AvgPool2d, avgPool2d } from "./avg-pool2d.js";
export type { ConvTranspose2dAttrsOptions } from "./conv-transpose-attrs.js";
export type {
  ConvTranspose1dAttrsOptions,
  ConvTranspose1dCallOptions,
  ConvTranspose1dOptions,
} from "./conv-transpose1d.js";
export { ConvTranspose1d, convTranspose1d } from "./conv-transpose1d.js";
export type { ConvTranspose2dCallOptions, ConvTranspose2dOptions } from "./conv-transpose2d.js";
export { ConvTranspose2d, convTranspose2d } from "./conv-transpose2d.js";
export type { Conv1dCallOptions, Conv1dOptions } from "./conv1d.js";
export { Conv1d, conv1d } from "./conv1d.js";
export type { Conv1dAttrsOptions, Conv1dPadding } from "./conv1d-attrs.js";
export type { Conv2dCallOptions, Conv2dOptions } from "./conv2d.js";
export { Conv2d, conv2d } from "./conv2d.js";
export type { Conv2dAttrsOptions, Conv2dPadding } from "./conv2d-attrs.js";
export type { PaddingMode } from "./layer-checks.js";
export type { MaxPool2dOptions } from "./max-pool2d.js";
export { MaxPool2d, maxPool2d } from "./max-pool2d.js";
export type { IOHW, IOK, NCHW, NCL, OIHW, OIK } from "./nchw.js";
export type { Pair } from "./pair.js";
export type { Pool2dOptions } from "./pool2d-attrs.js";
