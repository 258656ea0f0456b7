import {
  add,
  atan2,
  defineOp,
  div,
  maximum,
  minimum,
  mul,
  type Op,
  permute,
  square,
  stopGradient,
  sub,
  type Tensor,
} from "@nn/tensor";
import { checkBoxes } from "./box-checks.js";
import { columnsOf } from "./columns.js";

/** Which overlap of boxes, with the name that errors show. */
export interface PairwiseIouAttrs {
  readonly kind: "boxIou" | "generalizedBoxIou" | "distanceBoxIou" | "completeBoxIou";
  /** Keeps divisors of the distance and of the aspect ratio above 0. */
  readonly eps: number;
}

/** `[a (n, 4), b (m, 4)]` → `(n, m)`, each box with each. Columns of a and rows of b broadcast. */
export const pairwiseIou: Op<PairwiseIouAttrs> = defineOp<PairwiseIouAttrs>({
  name: "pairwiseIou",
  infer: ([a, b], { kind }) => {
    checkBoxes(kind, { a, b });
    return { dtype: a.dtype, shape: [a.shape[0], b.shape[0]] };
  },
  composed: ([a, b], { kind, eps }) => {
    const [columns, rows] = [edgesOf(columnsOf(a)), edgesOf(columnsOf(b).map((x) => permute(x, [1, 0])))];
    const overlap = mul(
      maximum(sub(minimum(columns.x2, rows.x2), maximum(columns.x1, rows.x1)), 0),
      maximum(sub(minimum(columns.y2, rows.y2), maximum(columns.y1, rows.y1)), 0),
    );
    const union = sub(add(mul(columns.w, columns.h), mul(rows.w, rows.h)), overlap);
    const iou = div(overlap, union);
    if (kind === "boxIou") return iou;
    // The smallest box around both.
    const width = maximum(sub(maximum(columns.x2, rows.x2), minimum(columns.x1, rows.x1)), 0);
    const height = maximum(sub(maximum(columns.y2, rows.y2), minimum(columns.y1, rows.y1)), 0);
    if (kind === "generalizedBoxIou") {
      const around = mul(width, height);
      return sub(iou, div(sub(around, union), around));
    }
    const diagonal = add(add(square(width), square(height)), eps);
    const apart = add(
      square(centersApart(columns.x1, columns.x2, rows.x1, rows.x2)),
      square(centersApart(columns.y1, columns.y2, rows.y1, rows.y2)),
    );
    const distance = sub(iou, div(apart, diagonal));
    if (kind === "distanceBoxIou") return distance;
    const angle = sub(atan2(columns.w, columns.h), atan2(rows.w, rows.h));
    const v = mul(square(angle), 4 / Math.PI ** 2);
    // As in the paper and in torchvision, the trade-off is a constant of the gradient.
    const alpha = stopGradient(div(v, add(add(sub(v, iou), 1), eps)));
    return sub(distance, mul(alpha, v));
  },
});

interface Edges {
  readonly x1: Tensor;
  readonly y1: Tensor;
  readonly x2: Tensor;
  readonly y2: Tensor;
  readonly w: Tensor;
  readonly h: Tensor;
}

function edgesOf([x1, y1, x2, y2]: readonly Tensor[]): Edges {
  return { x1, y1, x2, y2, w: sub(x2, x1), h: sub(y2, y1) };
}

/** How far the centers lie apart along one axis. */
function centersApart(a1: Tensor, a2: Tensor, b1: Tensor, b2: Tensor): Tensor {
  return div(sub(add(a1, a2), add(b1, b2)), 2);
}
