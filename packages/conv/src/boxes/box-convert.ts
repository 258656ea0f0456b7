import { add, concat, div, sub, type Tensor } from "@nn/tensor";
import { checkOptions } from "../shared/input-checks.js";
import { optionReason } from "../shared/pair.js";
import { type Boxes, checkBoxes } from "./box-checks.js";
import { columnsOf } from "./columns.js";

/** Two corners; the first corner, width and height; or center, width and height. */
export type BoxFormat = "xyxy" | "xywh" | "cxcywh";

const formats: readonly string[] = ["xyxy", "xywh", "cxcywh"] satisfies BoxFormat[];

/**
 * Boxes in another format (torchvision.ops.box_convert).
 *
 * @param boxes `(n, 4)`
 * @throws ShapeError when the boxes are not four numbers a row, DTypeError for other dtypes than f32 and f64, DataError
 * for a format that does not exist.
 *
 * @example
 * ```ts
 * import { boxConvert } from "@nn/conv";
 * import { tensor } from "@nn/tensor";
 *
 * await boxConvert(tensor([[1, 2, 5, 4]]), "xyxy", "cxcywh").array(); // => [[3, 3, 4, 2]]
 * ```
 */
export function boxConvert(boxes: Tensor<Boxes>, from: BoxFormat, to: BoxFormat): Tensor<Boxes> {
  const reasonOf = (name: string, format: string) =>
    formats.includes(format)
      ? undefined
      : optionReason(name, `one of ${formats.join(", ")}`, format, `${name}: "xyxy"`);
  checkOptions("boxConvert", [reasonOf("from", from), reasonOf("to", to)]);
  checkBoxes("boxConvert", { boxes });
  if (from === to) return boxes;
  return fromCorners(from === "xyxy" ? boxes : toCorners(boxes, from), to);
}

function toCorners(boxes: Tensor, from: "xywh" | "cxcywh"): Tensor {
  const [x, y, w, h] = columnsOf(boxes);
  const [left, top] = from === "xywh" ? [x, y] : [sub(x, div(w, 2)), sub(y, div(h, 2))];
  return concat([left, top, add(left, w), add(top, h)], 1);
}

function fromCorners(boxes: Tensor, to: BoxFormat): Tensor {
  if (to === "xyxy") return boxes;
  const [x1, y1, x2, y2] = columnsOf(boxes);
  const start = to === "xywh" ? [x1, y1] : [div(add(x1, x2), 2), div(add(y1, y2), 2)];
  return concat([...start, sub(x2, x1), sub(y2, y1)], 1);
}
