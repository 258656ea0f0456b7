/// <reference types="node" />
export type { LoadModelOptions } from "./node/load.js";
export { load } from "./node/load.js";
export { readFile } from "./node/read-file.js";
export type { SaveOptions } from "./node/save.js";
export { save } from "./node/save.js";
export { writeFileAtomic } from "./node/write-file-atomic.js";
