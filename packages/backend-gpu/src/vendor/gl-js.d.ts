// The undocumented steps of gpu.js that turn kernel text into GLSL. The version is pinned, translate.test.ts watches them.
declare module "gpu.js/src/backend/web-gl/kernel.js" {
  export class WebGLKernel {
    constructor(source: string, settings: object);
    threadDim: number[];
    validateSettings(values: readonly unknown[]): void;
    setupConstants(values: readonly unknown[]): void;
    setupArguments(values: readonly unknown[]): void;
    translateSource(): void;
    pickRenderStrategy(values: readonly unknown[]): unknown;
    getFragmentShader(values: readonly unknown[]): string;
  }
}
declare module "gpu.js/src/backend/web-gl2/kernel.js" {
  import type { WebGLKernel } from "gpu.js/src/backend/web-gl/kernel.js";
  export class WebGL2Kernel extends WebGLKernel {}
}
