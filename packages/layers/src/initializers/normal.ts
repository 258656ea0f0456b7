import type { Shape, Tensor } from "@nn/tensor";
import { generatorOf, type InitializerOptions } from "./options.js";

/** Options of `normal`. */
export interface NormalOptions extends InitializerOptions {
  /** Default 0. */
  readonly mean?: number;
  /** Standard deviation, default 1. */
  readonly std?: number;
}

/**
 * Normal with a mean and a standard deviation (torch.nn.init.normal_).
 *
 * @example
 * ```ts
 * import { normal } from "@nn/layers";
 *
 * normal([2, 3], { std: 0.02 }).shape; // => [2, 3]
 * ```
 */
export function normal(shape: Shape, options: NormalOptions = {}): Tensor {
  return generatorOf(options).normal(shape, options);
}
