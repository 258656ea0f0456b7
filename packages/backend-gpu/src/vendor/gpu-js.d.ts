// The undocumented steps of gpu.js that turn kernel text into WGSL. The version is pinned, translate.test.ts watches them.
declare module "gpu.js/src/backend/web-gpu/kernel.js" {
  export class WebGPUKernel {
    constructor(source: string, settings: object);
    threadDim: number[];
    workgroupSize: number[];
    translatedFunctions: string;
    paramsLayout: ParamsLayout;
    setupConstants(): void;
    setupArguments(values: readonly unknown[]): void;
    validateSettings(values: readonly unknown[]): void;
    translateSource(): void;
    computeParamsLayout(): ParamsLayout;
    assembleWGSL(): string;
  }
  export interface ParamsLayout {
    readonly arrayArgs: readonly { readonly name: string; readonly dimsOffset: number }[];
    readonly scalarArgs: readonly { readonly name: string; readonly type: string; readonly offset: number }[];
    readonly byteLength: number;
  }
}
