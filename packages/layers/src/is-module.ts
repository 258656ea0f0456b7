import type { Module } from "./module.js";

export const moduleMarker: unique symbol = Symbol.for("nn.module");

/**
 * True for modules, also those of a second copy of this package.
 *
 * @example
 * ```ts
 * import { Flatten, flatten, isModule } from "@nn/layers";
 *
 * isModule(new Flatten()); // => true
 * isModule(flatten); // => false
 * ```
 */
export function isModule(value: unknown): value is Module {
  return typeof value === "object" && value !== null && moduleMarker in value;
}
