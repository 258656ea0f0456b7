import { type Tensor, tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import { optionReason } from "../shared/pair.js";
import { type Boxes, checkBoxes, checkPerBox } from "./box-checks.js";
import { overlap } from "./overlap.js";

/** Options of `softNms`. */
export interface SoftNmsOptions {
  /** By exp(-iou² / sigma), or by 1 - iou above a threshold. Default `"gaussian"`. */
  readonly method?: "gaussian" | "linear";
  /** Of the Gaussian. Default 0.5. */
  readonly sigma?: number;
  /** Of the linear method. Default 0.3. */
  readonly iouThreshold?: number;
  /** Boxes whose score falls below it are dropped. Default 0.001. */
  readonly scoreThreshold?: number;
}

/**
 * Soft non-maximum suppression (Bodla et al. 2017): boxes that overlap a better one lose score instead of being dropped
 * at once. Reads the values: asynchronous.
 *
 * @param boxes `(n, 4)`: x1, y1, x2, y2
 * @param scores `(n)`
 * @returns places of the boxes that stay (i32), by falling new score, and these scores
 * @throws ShapeError when boxes and scores do not fit together, DTypeError when they are not all f32 or all f64,
 * DataError for options out of range.
 *
 * @example
 * ```ts
 * import { softNms } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * const boxes = tensor([[0, 0, 4, 4], [0, 0, 4, 8], [6, 6, 8, 8]]);
 * const { indices, scores } = await softNms(boxes, tensor([0.5, 1, 0.75]), { method: "linear" });
 * await indices.array(); // => [1, 2, 0]
 * await scores.array(); // => [1, 0.75, 0.25]
 * ```
 */
export async function softNms(
  boxes: Tensor<Boxes>,
  scores: Tensor<[n: number]>,
  options: SoftNmsOptions = {},
): Promise<{ indices: Tensor<[kept: number]>; scores: Tensor<[kept: number]> }> {
  const { method = "gaussian", sigma = 0.5, iouThreshold = 0.3, scoreThreshold = 0.001 } = options;
  checkOptions("softNms", [
    method === "gaussian" || method === "linear"
      ? undefined
      : optionReason("method", '"gaussian" or "linear"', method, 'method: "gaussian"'),
    sigma > 0 ? undefined : optionReason("sigma", "a number above 0", sigma, "sigma: 0.5"),
    iouThreshold >= 0 && iouThreshold <= 1
      ? undefined
      : optionReason("iouThreshold", "from 0 to 1", iouThreshold, "iouThreshold: 0.3"),
  ]);
  checkBoxes("softNms", { boxes });
  checkPerBox("softNms", boxes, scores, "scores");
  const { backend } = boxes;
  const { dtype } = scores;
  const [corners, start] = await Promise.all([boxes.data(), scores.data()]);
  const decay = (iou: number) =>
    method === "gaussian" ? Math.exp(-(iou ** 2) / sigma) : iou > iouThreshold ? 1 - iou : 1;

  const values = Array.from(start);
  let left = values.map((_, i) => i).filter((i) => values[i] >= scoreThreshold);
  const kept: number[] = [];
  while (left.length > 0) {
    const best = left.reduce((winner, i) => (values[i] > values[winner] ? i : winner));
    kept.push(best);
    left = left.filter((i) => i !== best);
    for (const i of left) values[i] *= decay(overlap(corners, i, best));
    left = left.filter((i) => values[i] >= scoreThreshold);
  }
  return {
    indices: tensor(Int32Array.from(kept), { backend }),
    scores: tensor(
      kept.map((i) => values[i]),
      { shape: [kept.length], dtype, backend },
    ),
  };
}
