/// <reference types="node" />
export { readFile } from "./node/read-file.js";
export { writeFileAtomic } from "./node/write-file-atomic.js";
