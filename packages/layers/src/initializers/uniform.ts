import type { Shape, Tensor } from "@nn/tensor";
import { generatorOf, type InitializerOptions } from "./options.js";

/** Options of `uniform`. */
export interface UniformOptions extends InitializerOptions {
  /** Default 0. */
  readonly low?: number;
  /** Default 1; never drawn itself. */
  readonly high?: number;
}

/**
 * Uniform in `[low, high)` (torch.nn.init.uniform_).
 *
 * @example
 * ```ts
 * import { uniform } from "@nn/layers";
 *
 * uniform([2, 3], { low: -0.1, high: 0.1 }).shape; // => [2, 3]
 * ```
 */
export function uniform(shape: Shape, options: UniformOptions = {}): Tensor {
  return generatorOf(options).uniform(shape, options);
}
