export { collate } from "./collate.js";
export type {
  BatchContext,
  CollatedBatch,
  DataLoaderOptions,
  DataLoaderState,
  TensorBatch,
} from "./data-loader.js";
export { DataLoader } from "./data-loader.js";
export type { BatchOf, Dataset, SampleContext } from "./dataset.js";
export type { HostArray, ResolvedArray } from "./host-array.js";
export type { Fold, KFoldOptions } from "./k-fold.js";
export { kFold } from "./k-fold.js";
export { mapDataset } from "./map-dataset.js";
export type { NormalizeOptions } from "./normalize.js";
export { normalize } from "./normalize.js";
export type { SeedOptions } from "./random.js";
export type { IdxArray } from "./read-idx.js";
export { readIdx } from "./read-idx.js";
export type { RandomSamplerOptions } from "./sampling/basic-samplers.js";
export { randomSampler, sequentialSampler, subsetRandomSampler } from "./sampling/basic-samplers.js";
export type { BatchSamplerOptions } from "./sampling/batch-sampler.js";
export { batchSampler } from "./sampling/batch-sampler.js";
export type { BucketBatchSamplerOptions } from "./sampling/bucket-batch-sampler.js";
export { bucketBatchSampler } from "./sampling/bucket-batch-sampler.js";
export type { BatchSampler, Sampler } from "./sampling/sampler.js";
export { stratifiedBatchSampler } from "./sampling/stratified-batch-sampler.js";
export type { WeightedRandomSamplerOptions } from "./sampling/weighted-random-sampler.js";
export { weightedRandomSampler } from "./sampling/weighted-random-sampler.js";
export type { SplitOptions } from "./split.js";
export { split } from "./split.js";
export { subset } from "./subset.js";
export { TensorDataset } from "./tensor-dataset.js";
export type { AffineOptions, RotateOptions } from "./transforms/affine.js";
export { affine, rotate } from "./transforms/affine.js";
export type { GrayscaleOptions } from "./transforms/color.js";
export { adjustBrightness, adjustContrast, adjustHue, adjustSaturation, grayscale } from "./transforms/color.js";
export type { ColorJitterOptions, Jitter } from "./transforms/color-jitter.js";
export { colorJitter, randomGrayscale } from "./transforms/color-jitter.js";
export type { Transform } from "./transforms/compose.js";
export { compose } from "./transforms/compose.js";
export type { CropBox } from "./transforms/crop.js";
export { centerCrop, crop } from "./transforms/crop.js";
export type { ProbabilityOptions } from "./transforms/flip.js";
export { horizontalFlip, randomHorizontalFlip, randomVerticalFlip, verticalFlip } from "./transforms/flip.js";
export type { ImageArray, ImageSize } from "./transforms/image.js";
export type { LabelledBatch, MixupOptions } from "./transforms/mixup.js";
export { cutmix, mixup } from "./transforms/mixup.js";
export type { ImagePadding, ImagePaddingMode, PadImageOptions } from "./transforms/pad-image.js";
export { padImage } from "./transforms/pad-image.js";
export type { Degrees, RandomAffineOptions, RandomRotationOptions } from "./transforms/random-affine.js";
export { randomAffine, randomRotation } from "./transforms/random-affine.js";
export type { RandomCropOptions, RandomResizedCropOptions } from "./transforms/random-crop.js";
export { randomCrop, randomResizedCrop } from "./transforms/random-crop.js";
export type { RandomErasingOptions } from "./transforms/random-erasing.js";
export { randomErasing } from "./transforms/random-erasing.js";
export type { Interpolation, ResizeOptions } from "./transforms/resize.js";
export { resize } from "./transforms/resize.js";
export type { WarpOptions } from "./transforms/warp.js";
export type { Decode } from "./workers/serve-decode.js";
export { serveDecode } from "./workers/serve-decode.js";
export type { WorkerLike } from "./workers/start-worker.js";
export type { WorkerPoolOptions } from "./workers/worker-pool.js";
export { WorkerPool } from "./workers/worker-pool.js";
