import { type Tensor, type TypedArray, tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import { optionReason } from "../shared/pair.js";
import { type Boxes, checkBoxes, checkPerBox } from "./box-checks.js";
import { overlap } from "./overlap.js";

/**
 * Non-maximum suppression (torchvision.ops.nms): takes the box of the highest score, drops those that overlap it by more
 * than the threshold, and so on. The number of boxes that stay depends on their values, so these are read: asynchronous.
 *
 * @param boxes `(n, 4)`: x1, y1, x2, y2
 * @param scores `(n)`
 * @param iouThreshold from 0 to 1
 * @returns places of the boxes that stay (i32), by falling score; of equal scores the first goes first
 * @throws ShapeError when boxes and scores do not fit together, DTypeError when they are not all f32 or all f64,
 * DataError for a threshold that is none.
 *
 * @example
 * ```ts
 * import { nms } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const boxes = tensor([[0, 0, 4, 4], [0, 0, 4, 5], [6, 6, 8, 8]]);
 * await (await nms(boxes, tensor([0.8, 0.9, 0.3]), 0.5)).array(); // => [1, 2]
 * ```
 */
export async function nms(
  boxes: Tensor<Boxes>,
  scores: Tensor<[n: number]>,
  iouThreshold: number,
): Promise<Tensor<[kept: number]>> {
  checkNms("nms", boxes, scores, iouThreshold);
  const { backend } = boxes;
  const [corners, values] = await Promise.all([boxes.data(), scores.data()]);
  const kept = suppress(corners, values, iouThreshold, () => true);
  return tensor(Int32Array.from(kept), { backend });
}

/** Throws unless boxes, scores and threshold fit together. */
export function checkNms(where: string, boxes: Tensor, scores: Tensor, iouThreshold: number): void {
  const fits = iouThreshold >= 0 && iouThreshold <= 1;
  const reason = fits ? undefined : optionReason("iouThreshold", "from 0 to 1", iouThreshold, "iouThreshold: 0.5");
  checkOptions(where, [reason]);
  checkBoxes(where, { boxes });
  checkPerBox(where, boxes, scores, "scores");
}

/** Places of the boxes that stay, by falling score; only boxes that `compete` suppress each other. */
export function suppress(
  boxes: TypedArray,
  scores: TypedArray,
  iouThreshold: number,
  compete: (i: number, j: number) => boolean,
): number[] {
  const order = Array.from(scores, (_, i) => i).sort((i, j) => scores[j] - scores[i]);
  const kept: number[] = [];
  for (const i of order) {
    const beaten = kept.some((j) => compete(i, j) && overlap(boxes, i, j) > iouThreshold);
    if (!beaten) kept.push(i);
  }
  return kept;
}
