import { ownedBy } from "@nn/layers";
import { type Shape, stopGradient, type Tensor } from "@nn/tensor";
import type { NCHW } from "../shared/nchw.js";
import { type MaxPool2dOptions, maxPool2d } from "./max-pool2d.js";
import { placeOfValue } from "./max-pool2d-indices.js";
import { pool2dAttrs } from "./pool2d-attrs.js";

/**
 * `maxPool2d`, and where the maxima lie (torch.nn.functional.max_pool2d with return_indices=True), for `maxUnpool2d`.
 *
 * @param x `(n, c, h, w)`
 * @returns the maxima, and their places (i32) in the image, counted row by row: both `(n, c, oh, ow)`
 * @throws ShapeError, DTypeError and DataError as `maxPool2d`
 *
 * @example
 * ```ts
 * import { maxPool2dWithIndices } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const { values, indices } = maxPool2dWithIndices(tensor([[[[1, 2], [4, 3]]]]), { kernelSize: 2 });
 * await values.array(); // => [[[[4]]]]
 * await indices.array(); // => [[[[2]]]]
 * ```
 */
export function maxPool2dWithIndices(
  x: Tensor<NCHW>,
  options: MaxPool2dOptions,
): { values: Tensor<NCHW>; indices: Tensor<NCHW> } {
  const values = maxPool2d(x, options);
  const [, , h, w]: Shape = x.shape;
  const attrs = pool2dAttrs("maxPool2dWithIndices", [h, w], options);
  const indices = ownedBy(options.owner, () => placeOfValue(stopGradient(x), stopGradient(values), attrs));
  return { values, indices };
}
