import type { Shape, Tensor } from "@nn/tensor";
import { fanInOut } from "./fan-in-out.js";
import { generatorOf, type InitializerOptions } from "./options.js";

/** Options of `xavierUniform` and `xavierNormal`. */
export interface XavierOptions extends InitializerOptions {
  /** Factor of the standard deviation, default 1; see `gain`. */
  readonly gain?: number;
}

/**
 * Uniform in ±gain · √(6 / (fanIn + fanOut)) (torch.nn.init.xavier_uniform_; Glorot and Bengio, 2010).
 *
 * @throws ShapeError when the shape has less than two dimensions.
 *
 * @example
 * ```ts
 * import { xavierUniform } from "@nn/layers";
 *
 * xavierUniform([16, 8]).shape; // => [16, 8]
 * ```
 */
export function xavierUniform(shape: Shape, options: XavierOptions = {}): Tensor {
  const bound = Math.sqrt(3) * xavierStd(shape, options);
  return generatorOf(options).uniform(shape, { ...options, low: -bound, high: bound });
}

/**
 * Normal with standard deviation gain · √(2 / (fanIn + fanOut)) (torch.nn.init.xavier_normal_; Glorot and Bengio, 2010).
 *
 * @throws ShapeError when the shape has less than two dimensions.
 *
 * @example
 * ```ts
 * import { gain, xavierNormal } from "@nn/layers";
 *
 * xavierNormal([16, 8], { gain: gain("tanh") }).shape; // => [16, 8]
 * ```
 */
export function xavierNormal(shape: Shape, options: XavierOptions = {}): Tensor {
  return generatorOf(options).normal(shape, { ...options, mean: 0, std: xavierStd(shape, options) });
}

/** The standard deviation that both draw with. */
function xavierStd(shape: Shape, options: XavierOptions): number {
  const { fanIn, fanOut } = fanInOut(shape);
  return (options.gain ?? 1) * Math.sqrt(2 / (fanIn + fanOut));
}
