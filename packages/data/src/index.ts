export { collate } from "./collate.js";
export type {
  BatchContext,
  CollatedBatch,
  DataLoaderOptions,
  DataLoaderState,
  TensorBatch,
} from "./data-loader.js";
export { DataLoader } from "./data-loader.js";
export type { BatchOf, Dataset } from "./dataset.js";
export type { HostArray, ResolvedArray } from "./host-array.js";
export { mapDataset } from "./map-dataset.js";
export type { NormalizeOptions } from "./normalize.js";
export { normalize } from "./normalize.js";
export type { IdxArray } from "./read-idx.js";
export { readIdx } from "./read-idx.js";
export type { SplitOptions } from "./split.js";
export { split } from "./split.js";
export { subset } from "./subset.js";
export { TensorDataset } from "./tensor-dataset.js";
