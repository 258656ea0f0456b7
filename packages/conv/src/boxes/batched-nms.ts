import { type Tensor, tensor } from "@nn/tensor";
import { type Boxes, checkPerBox } from "./box-checks.js";
import { checkNms, suppress } from "./nms.js";

/**
 * `nms` within each class (torchvision.ops.batched_nms): boxes of different classes do not suppress each other.
 *
 * @param boxes `(n, 4)`: x1, y1, x2, y2
 * @param scores `(n)`
 * @param classes `(n)`: the class of each box
 * @param iouThreshold from 0 to 1
 * @returns places of the boxes that stay (i32), by falling score over all classes
 * @throws ShapeError when the operands do not fit together, DTypeError when boxes and scores are not all f32 or all f64,
 * DataError for a threshold that is none.
 *
 * @example
 * ```ts
 * import { batchedNms } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const boxes = tensor([[0, 0, 4, 4], [0, 0, 4, 5], [0, 0, 4, 4]]);
 * const classes = tensor([1, 1, 2], { dtype: "i32" });
 * await (await batchedNms(boxes, tensor([0.8, 0.9, 0.3]), classes, 0.5)).array(); // => [1, 2]
 * ```
 */
export async function batchedNms(
  boxes: Tensor<Boxes>,
  scores: Tensor<[n: number]>,
  classes: Tensor<[n: number]>,
  iouThreshold: number,
): Promise<Tensor<[kept: number]>> {
  checkNms("batchedNms", boxes, scores, iouThreshold);
  checkPerBox("batchedNms", boxes, classes, "classes");
  const { backend } = boxes;
  const [corners, values, groups] = await Promise.all([boxes.data(), scores.data(), classes.data()]);
  const kept = suppress(corners, values, iouThreshold, (i, j) => groups[i] === groups[j]);
  return tensor(Int32Array.from(kept), { backend });
}
