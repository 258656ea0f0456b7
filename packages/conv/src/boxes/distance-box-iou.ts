import type { Tensor } from "@nn/tensor";
import type { Boxes } from "./box-checks.js";
import { pairwiseIou } from "./pairwise-iou.js";

/**
 * Distance intersection over union of each box with each: less the squared distance of the centers, by that of the
 * corners of the smallest box around both (torchvision.ops.distance_box_iou; Zheng et al. 2020).
 *
 * @param a `(n, 4)`: x1, y1, x2, y2
 * @param b `(m, 4)`
 * @param eps keeps divisors above 0
 * @returns `(n, m)`
 * @throws ShapeError when the boxes are not four numbers a row, DTypeError when they are not all f32 or all f64.
 *
 * @example
 * ```ts
 * import { distanceBoxIou } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const a = tensor([[0, 0, 2, 2]]);
 * const y = distanceBoxIou(a, a);
 * await y.array(); // => [[1]]
 * ```
 */
export function distanceBoxIou(a: Tensor<Boxes>, b: Tensor<Boxes>, eps = 1e-7): Tensor<[n: number, m: number]> {
  return pairwiseIou.call([a, b], { kind: "distanceBoxIou", eps });
}
