import type { Shape, Tensor } from "@nn/tensor";
import { checkChoice } from "../checks.js";
import { fanInOut } from "./fan-in-out.js";
import { gain, type Nonlinearity } from "./gain.js";
import { generatorOf, type InitializerOptions } from "./options.js";

/** Options of `kaimingUniform` and `kaimingNormal`. */
export interface KaimingOptions extends InitializerOptions {
  /** Negative slope of the leaky relu that follows. Default 0. */
  readonly a?: number;
  /** Keep the variance forward ("fanIn", default) or backward ("fanOut"). */
  readonly mode?: "fanIn" | "fanOut";
  /** What follows the layer. Default "leakyRelu". */
  readonly nonlinearity?: Nonlinearity;
}

/**
 * Uniform in ±gain · √(3 / fan) (torch.nn.init.kaiming_uniform_; He et al., "Delving deep into rectifiers", 2015).
 *
 * @throws ShapeError when the shape has less than two dimensions.
 *
 * @example
 * ```ts
 * import { kaimingUniform } from "@nn/layers";
 *
 * kaimingUniform([16, 8], { nonlinearity: "relu" }).shape; // => [16, 8]
 * ```
 */
export function kaimingUniform(shape: Shape, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd("kaimingUniform", shape, options);
  return generatorOf(options).uniform(shape, { ...options, low: -bound, high: bound });
}

/**
 * Normal with standard deviation gain / √fan (torch.nn.init.kaiming_normal_; He et al., 2015).
 *
 * @throws ShapeError when the shape has less than two dimensions.
 *
 * @example
 * ```ts
 * import { kaimingNormal } from "@nn/layers";
 *
 * kaimingNormal([16, 8, 3, 3], { mode: "fanOut", nonlinearity: "relu" }).shape; // => [16, 8, 3, 3]
 * ```
 */
export function kaimingNormal(shape: Shape, options: KaimingOptions = {}): Tensor {
  return generatorOf(options).normal(shape, { ...options, mean: 0, std: kaimingStd("kaimingNormal", shape, options) });
}

/** The standard deviation that both draw with. */
function kaimingStd(where: string, shape: Shape, options: KaimingOptions): number {
  const { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" } = options;
  checkChoice(where, "mode", mode, ["fanIn", "fanOut"]);
  return gain(nonlinearity, a) / Math.sqrt(fanInOut(shape)[mode]);
}
