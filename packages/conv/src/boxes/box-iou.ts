import type { Tensor } from "@nn/tensor";
import type { Boxes } from "./box-checks.js";
import { pairwiseIou } from "./pairwise-iou.js";

/**
 * Intersection over union of each box with each (torchvision.ops.box_iou).
 *
 * @param a `(n, 4)`: x1, y1, x2, y2
 * @param b `(m, 4)`
 * @returns `(n, m)`
 * @throws ShapeError when the boxes are not four numbers a row, DTypeError when they are not all f32 or all f64.
 *
 * @example
 * ```ts
 * import { boxIou } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const a = tensor([[0, 0, 2, 2]]);
 * const b = tensor([[0, 0, 2, 4], [2, 2, 3, 3]]);
 * await boxIou(a, b).array(); // => [[0.5, 0]]
 * ```
 */
export function boxIou(a: Tensor<Boxes>, b: Tensor<Boxes>): Tensor<[n: number, m: number]> {
  return pairwiseIou.call([a, b], { kind: "boxIou", eps: 0 });
}
