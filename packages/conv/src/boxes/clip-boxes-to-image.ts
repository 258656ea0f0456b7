import { maximum, minimum, type Tensor, tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import { optionReason } from "../shared/pair.js";
import { type Boxes, checkBoxes } from "./box-checks.js";

/**
 * Boxes cut to lie inside of an image (torchvision.ops.clip_boxes_to_image).
 *
 * @param boxes `(n, 4)`: x1, y1, x2, y2
 * @param size height and width of the image
 * @throws ShapeError when the boxes are not four numbers a row, DTypeError for other dtypes than f32 and f64, DataError
 * for a size that is none.
 *
 * @example
 * ```ts
 * import { clipBoxesToImage } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await clipBoxesToImage(tensor([[-1, 2, 9, 9]]), [6, 8]).array(); // => [[0, 2, 8, 6]]
 * ```
 */
export function clipBoxesToImage(boxes: Tensor<Boxes>, size: readonly [height: number, width: number]): Tensor<Boxes> {
  const fits = size.length === 2 && size.every((d) => Number.isFinite(d) && d >= 0);
  const reason = fits ? undefined : optionReason("size", "[height, width], none below 0", size, "size: [480, 640]");
  checkOptions("clipBoxesToImage", [reason]);
  checkBoxes("clipBoxesToImage", { boxes });
  const [height, width] = size;
  const most = tensor([width, height, width, height], { dtype: boxes.dtype, backend: boxes.backend });
  return minimum(maximum(boxes, 0), most);
}
