import type { Tensor } from "@nn/tensor";
import type { Boxes } from "./box-checks.js";
import { pairwiseIou } from "./pairwise-iou.js";

/**
 * Generalized intersection over union of each box with each: less the part of the smallest box around both that
 * neither fills (torchvision.ops.generalized_box_iou; Rezatofighi et al. 2019).
 *
 * @param a `(n, 4)`: x1, y1, x2, y2
 * @param b `(m, 4)`
 * @returns `(n, m)`
 * @throws ShapeError when the boxes are not four numbers a row, DTypeError when they are not all f32 or all f64.
 *
 * @example
 * ```ts
 * import { generalizedBoxIou } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const a = tensor([[0, 0, 1, 2]]);
 * const b = tensor([[3, 0, 4, 2]]);
 * await generalizedBoxIou(a, b).array(); // => [[-0.5]]
 * ```
 */
export function generalizedBoxIou(a: Tensor<Boxes>, b: Tensor<Boxes>): Tensor<[n: number, m: number]> {
  return pairwiseIou.call([a, b], { kind: "generalizedBoxIou", eps: 0 });
}
