/// <reference path="./gl-js.d.ts" />
// The build puts gpu.js's translators into this one file, see tsup.config.ts.
export { WebGLKernel } from "gpu.js/src/backend/web-gl/kernel.js";
export { WebGL2Kernel } from "gpu.js/src/backend/web-gl2/kernel.js";
