export type { BindingAccess, Call, Engine, EngineName, Program, ShaderCall, ShaderProgram, Shaders } from "./engine.js";
export { engineOf } from "./engine-of.js";
export type { GpuOptions } from "./gpu.js";
export { gpu } from "./gpu.js";
