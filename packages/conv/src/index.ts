export type { AnchorGridOptions } from "./boxes/anchor-grid.js";
export { anchorGrid } from "./boxes/anchor-grid.js";
export { batchedNms } from "./boxes/batched-nms.js";
export { boxArea } from "./boxes/box-area.js";
export type { Boxes } from "./boxes/box-checks.js";
export type { BoxFormat } from "./boxes/box-convert.js";
export { boxConvert } from "./boxes/box-convert.js";
export { boxIou } from "./boxes/box-iou.js";
export { clipBoxesToImage } from "./boxes/clip-boxes-to-image.js";
export { completeBoxIou } from "./boxes/complete-box-iou.js";
export { distanceBoxIou } from "./boxes/distance-box-iou.js";
export { generalizedBoxIou } from "./boxes/generalized-box-iou.js";
export { nms } from "./boxes/nms.js";
export type { Regions, RoiAlignCallOptions, RoiAlignOptions } from "./boxes/roi-align.js";
export { RoiAlign, roiAlign } from "./boxes/roi-align.js";
export type { SoftNmsOptions } from "./boxes/soft-nms.js";
export { softNms } from "./boxes/soft-nms.js";
export type { ConvLayerOptions } from "./conv/conv-layer.js";
export type { ConvTranspose2dAttrsOptions } from "./conv/conv-transpose-attrs.js";
export type {
  ConvTranspose1dAttrsOptions,
  ConvTranspose1dCallOptions,
  ConvTranspose1dOptions,
} from "./conv/conv-transpose1d.js";
export { ConvTranspose1d, convTranspose1d } from "./conv/conv-transpose1d.js";
export type { ConvTranspose2dCallOptions, ConvTranspose2dOptions } from "./conv/conv-transpose2d.js";
export { ConvTranspose2d, convTranspose2d } from "./conv/conv-transpose2d.js";
export type {
  ConvTranspose3dAttrsOptions,
  ConvTranspose3dCallOptions,
  ConvTranspose3dOptions,
} from "./conv/conv-transpose3d.js";
export { ConvTranspose3d, convTranspose3d } from "./conv/conv-transpose3d.js";
export type { Conv1dCallOptions, Conv1dOptions } from "./conv/conv1d.js";
export { Conv1d, conv1d } from "./conv/conv1d.js";
export type { Conv1dAttrsOptions, Conv1dPadding } from "./conv/conv1d-attrs.js";
export type { Conv2dCallOptions, Conv2dOptions } from "./conv/conv2d.js";
export { Conv2d, conv2d } from "./conv/conv2d.js";
export type { Conv2dAttrsOptions, Conv2dPadding } from "./conv/conv2d-attrs.js";
export type { Conv3dCallOptions, Conv3dOptions } from "./conv/conv3d.js";
export { Conv3d, conv3d } from "./conv/conv3d.js";
export type { Conv3dAttrsOptions, Conv3dPadding } from "./conv/conv3d-attrs.js";
export type { DepthwiseConv2dCallOptions, DepthwiseConv2dOptions } from "./conv/depthwise-conv2d.js";
export { DepthwiseConv2d, depthwiseConv2d } from "./conv/depthwise-conv2d.js";
export {
  LazyConv1d,
  LazyConv2d,
  LazyConv3d,
  LazyConvTranspose1d,
  LazyConvTranspose2d,
  LazyConvTranspose3d,
} from "./conv/lazy-conv.js";
export type { PaddingMode } from "./conv/padding-mode.js";
export type { SeparableConv2dCallOptions, SeparableConv2dOptions } from "./conv/separable-conv2d.js";
export { SeparableConv2d, separableConv2d } from "./conv/separable-conv2d.js";
export { AdaptiveAvgPool1d, adaptiveAvgPool1d } from "./pool/adaptive-avg-pool1d.js";
export { AdaptiveAvgPool2d, adaptiveAvgPool2d } from "./pool/adaptive-avg-pool2d.js";
export { AdaptiveAvgPool3d, adaptiveAvgPool3d } from "./pool/adaptive-avg-pool3d.js";
export { AdaptiveMaxPool1d, adaptiveMaxPool1d } from "./pool/adaptive-max-pool1d.js";
export { AdaptiveMaxPool2d, adaptiveMaxPool2d } from "./pool/adaptive-max-pool2d.js";
export { AdaptiveMaxPool3d, adaptiveMaxPool3d } from "./pool/adaptive-max-pool3d.js";
export type { AvgPool1dOptions } from "./pool/avg-pool1d.js";
export { AvgPool1d, avgPool1d } from "./pool/avg-pool1d.js";
export type { AvgPool2dOptions } from "./pool/avg-pool2d.js";
export { AvgPool2d, avgPool2d } from "./pool/avg-pool2d.js";
export type { AvgPool3dOptions } from "./pool/avg-pool3d.js";
export { AvgPool3d, avgPool3d } from "./pool/avg-pool3d.js";
export {
  GlobalAvgPool1d,
  GlobalAvgPool2d,
  GlobalAvgPool3d,
  GlobalMaxPool1d,
  GlobalMaxPool2d,
  GlobalMaxPool3d,
} from "./pool/global-pool.js";
export type { LpPool1dOptions } from "./pool/lp-pool1d.js";
export { LpPool1d, lpPool1d } from "./pool/lp-pool1d.js";
export type { LpPool2dOptions } from "./pool/lp-pool2d.js";
export { LpPool2d, lpPool2d } from "./pool/lp-pool2d.js";
export type { MaxPool1dOptions } from "./pool/max-pool1d.js";
export { MaxPool1d, maxPool1d } from "./pool/max-pool1d.js";
export type { MaxPool2dOptions } from "./pool/max-pool2d.js";
export { MaxPool2d, maxPool2d } from "./pool/max-pool2d.js";
export { maxPool2dWithIndices } from "./pool/max-pool2d-with-indices.js";
export type { MaxPool3dOptions } from "./pool/max-pool3d.js";
export { MaxPool3d, maxPool3d } from "./pool/max-pool3d.js";
export type { MaxUnpool2dCallOptions, MaxUnpool2dOptions } from "./pool/max-unpool2d.js";
export { MaxUnpool2d, maxUnpool2d } from "./pool/max-unpool2d.js";
export type { Pool1dOptions, Pool3dOptions } from "./pool/pool-checks.js";
export type { Pool2dOptions } from "./pool/pool2d-attrs.js";
export type { FoldCallOptions, FoldOptions } from "./resample/fold.js";
export { Fold, fold } from "./resample/fold.js";
export type { InterpolateCallOptions, InterpolateOptions } from "./resample/interpolate.js";
export { interpolate } from "./resample/interpolate.js";
export type { InterpolateMode } from "./resample/interpolate-op.js";
export { PixelShuffle, pixelShuffle } from "./resample/pixel-shuffle.js";
export { PixelUnshuffle, pixelUnshuffle } from "./resample/pixel-unshuffle.js";
export type { UnfoldCallOptions, UnfoldOptions } from "./resample/unfold.js";
export { Unfold, unfold } from "./resample/unfold.js";
export { Upsample } from "./resample/upsample.js";
export type { IODHW, IOHW, IOK, NCDHW, NCHW, NCL, OIDHW, OIHW, OIK } from "./shared/nchw.js";
export type { Pair, Triple } from "./shared/pair.js";
