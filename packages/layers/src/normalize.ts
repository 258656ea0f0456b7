import { maximum, normalizeAxis, requireFloat, type Tensor } from "@nn/tensor";
import { l2Norm } from "./l2-norm.js";

/** Options of `normalize` and `cosineSimilarity`. */
export interface NormalizeOptions {
  /** Along which the vectors lie. Default 1. */
  readonly axis?: number;
  /** The smallest length that is divided by. */
  readonly eps?: number;
}

/**
 * Vectors of length 1: x divided by its Euclidean length along an axis (torch.nn.functional.normalize). A zero vector
 * stays zero.
 *
 * @param options.eps default 1e-12
 * @throws DTypeError when x is not f32 or f64, ShapeError when the axis does not exist.
 *
 * @example
 * ```ts
 * import { normalize } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await normalize(tensor([[3, 4], [0, 0]], { dtype: "f64" })).array(); // => [[0.6, 0.8], [0, 0]]
 * ```
 */
export function normalize(x: Tensor, options: NormalizeOptions = {}): Tensor {
  const { axis = 1, eps = 1e-12 } = options;
  requireFloat("normalize", x);
  return x.div(maximum(l2Norm(x, normalizeAxis("normalize", x, axis)), eps));
}
