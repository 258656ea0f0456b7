import type { Shape, Tensor } from "@nn/tensor";
import { fanInOut } from "./fan-in-out.js";
import { generatorOf, type InitializerOptions } from "./options.js";

/**
 * Uniform in ±√(3 / fanIn) (LeCun et al., "Efficient BackProp", 1998; Keras' lecun_uniform).
 *
 * @throws ShapeError when the shape has less than two dimensions.
 *
 * @example
 * ```ts
 * import { lecunUniform } from "@nn/layers";
 *
 * lecunUniform([16, 8]).shape; // => [16, 8]
 * ```
 */
export function lecunUniform(shape: Shape, options: InitializerOptions = {}): Tensor {
  const bound = Math.sqrt(3 / fanInOut(shape).fanIn);
  return generatorOf(options).uniform(shape, { ...options, low: -bound, high: bound });
}

/**
 * Normal with standard deviation 1 / √fanIn, which `selu` wants (LeCun et al., 1998; Klambauer et al., "Self-normalizing
 * neural networks", 2017). Keras' lecun_normal is cut at two standard deviations; this one is not.
 *
 * @throws ShapeError when the shape has less than two dimensions.
 *
 * @example
 * ```ts
 * import { lecunNormal } from "@nn/layers";
 *
 * lecunNormal([16, 8]).shape; // => [16, 8]
 * ```
 */
export function lecunNormal(shape: Shape, options: InitializerOptions = {}): Tensor {
  return generatorOf(options).normal(shape, { ...options, mean: 0, std: Math.sqrt(1 / fanInOut(shape).fanIn) });
}
