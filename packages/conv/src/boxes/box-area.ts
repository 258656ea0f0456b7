import { mul, squeeze, sub, type Tensor } from "@nn/tensor";
import { type Boxes, checkBoxes } from "./box-checks.js";
import { columnsOf } from "./columns.js";

/**
 * Areas of boxes (torchvision.ops.box_area).
 *
 * @param boxes `(n, 4)`: x1, y1, x2, y2
 * @returns `(n)`
 * @throws ShapeError when the boxes are not four numbers a row, DTypeError for other dtypes than f32 and f64.
 *
 * @example
 * ```ts
 * import { boxArea } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await boxArea(tensor([[0, 0, 2, 3]])).array(); // => [6]
 * ```
 */
export function boxArea(boxes: Tensor<Boxes>): Tensor<[n: number]> {
  checkBoxes("boxArea", { boxes });
  const [x1, y1, x2, y2] = columnsOf(boxes);
  return squeeze(mul(sub(x2, x1), sub(y2, y1)), 1);
}
