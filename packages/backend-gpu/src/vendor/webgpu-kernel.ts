/// <reference path="./gpu-js.d.ts" />
// The build puts gpu.js's translator into this one file, see tsup.config.ts.
export { WebGPUKernel } from "gpu.js/src/backend/web-gpu/kernel.js";
