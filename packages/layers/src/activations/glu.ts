import { describe, normalizeAxis, requireFloat, ShapeError, sigmoid, split, type Tensor } from "@nn/tensor";

/**
 * `a · sigmoid(b)` of the two halves of x along an axis (torch.nn.functional.glu; Dauphin et al., 2016).
 *
 * @param axis default: the last
 * @throws ShapeError when the axis does not exist or its size is odd, DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { glu } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await glu(tensor([[3, 4, 0, 0]])).array(); // => [[1.5, 2]]
 * ```
 */
export function glu(x: Tensor, axis = -1): Tensor {
  requireFloat("glu", x);
  const at = normalizeAxis("glu", x, axis);
  if (x.shape[at] % 2 !== 0) {
    throw new ShapeError({
      where: "glu",
      problem: "the axis has no two halves",
      rows: [
        ["input", describe(x)],
        ["expected", `an even size of axis ${at}`, `got ${x.shape[at]}`],
      ],
      fix: "make the layer before it give twice the features that are wanted",
    });
  }
  const [a, b] = split(x, Math.max(x.shape[at] / 2, 1), at);
  return b === undefined ? a : a.mul(sigmoid(b));
}
