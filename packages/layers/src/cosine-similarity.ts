import { maximum, normalizeAxis, type Tensor } from "@nn/tensor";
import { checkFloats } from "./checks.js";
import { l2Norm } from "./l2-norm.js";
import type { NormalizeOptions } from "./normalize.js";

/**
 * The cosine of the angle between vectors along an axis (torch.nn.functional.cosine_similarity). The other dimensions
 * broadcast.
 *
 * @param options.eps default 1e-8
 * @throws DTypeError when the operands are not all f32 or all f64, ShapeError when the axis does not exist or the shapes
 * do not broadcast.
 *
 * @example
 * ```ts
 * import { cosineSimilarity } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const a = tensor([[1, 0], [3, 4]], { dtype: "f64" });
 * await cosineSimilarity(a, tensor([[0, 5], [6, 8]], { dtype: "f64" })).array(); // => [0, 1]
 * ```
 */
export function cosineSimilarity(a: Tensor, b: Tensor, options: NormalizeOptions = {}): Tensor {
  const { axis = 1, eps = 1e-8 } = options;
  checkFloats("cosineSimilarity", { a, b });
  const at = normalizeAxis("cosineSimilarity", a, axis);
  const length = (x: Tensor) => maximum(l2Norm(x, normalizeAxis("cosineSimilarity", x, axis)), eps);
  const products = a.mul(b);
  const dots = products.sum(at, { keepDims: true });
  return dots.div(length(a).mul(length(b))).squeeze(at);
}
