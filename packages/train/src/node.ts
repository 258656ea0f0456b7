/// <reference types="node" />
export type { FileCheckpointOptions } from "./node/file-checkpoint.js";
export { fileCheckpoint } from "./node/file-checkpoint.js";
export { findCheckpoint, loadCheckpoint } from "./node/load-checkpoint.js";
export type { ProgressOptions } from "./node/progress.js";
export { progress } from "./node/progress.js";
