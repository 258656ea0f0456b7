export { cpuSwish } from "./cpu-swish.js";
export { gpuSwish } from "./gpu-swish.js";
export type { SwishOptions } from "./swish.js";
export { Swish, swish } from "./swish.js";
