export type { Layer } from "./layer.js";
export { applyLayer } from "./layer.js";
export { evaluate, predict, train } from "./mode.js";
export { isModule, Module } from "./module.js";
export { Sequential } from "./sequential.js";
