import { slice, type Tensor } from "@nn/tensor";

/** The four columns of boxes, each `(n, 1)`, as views. */
export function columnsOf(boxes: Tensor): readonly [a: Tensor, b: Tensor, c: Tensor, d: Tensor] {
  const column = (i: number) => slice(boxes, 1, i, i + 1);
  return [column(0), column(1), column(2), column(3)];
}
