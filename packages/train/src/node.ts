/// <reference types="node" />
export { csvLogger } from "./node/csv-logger.js";
export type { FileCheckpointOptions } from "./node/file-checkpoint.js";
export { fileCheckpoint } from "./node/file-checkpoint.js";
export { findCheckpoint, loadCheckpoint } from "./node/load-checkpoint.js";
export type { ModelCheckpointOptions } from "./node/model-checkpoint.js";
export { modelCheckpoint } from "./node/model-checkpoint.js";
export type { ProgressOptions } from "./node/progress.js";
export { progress } from "./node/progress.js";
export type { SummaryWriterOptions } from "./node/summary-writer.js";
export { SummaryWriter } from "./node/summary-writer.js";
export type { TensorBoardOptions } from "./node/tensor-board.js";
export { tensorBoard } from "./node/tensor-board.js";
