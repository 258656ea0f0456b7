import {
  arange,
  cast,
  defineOp,
  equal,
  matmul,
  maximum,
  mul,
  type Op,
  permute,
  reshape,
  type Shape,
  slice,
  stopGradient,
  sub,
  type Tensor,
  transpose,
  unsqueeze,
} from "@nn/tensor";
import { axisWeights } from "./roi-align-weights.js";

export interface RoiAlignAttrs {
  readonly outputSize: readonly [height: number, width: number];
  readonly spatialScale: number;
  readonly samplingRatio: number;
  readonly aligned: boolean;
}

/**
 * `[x (n, c, h, w), regions (k, 5)]`, the first column of the regions being the image; or `(k, 4)` for one image.
 * Each region is a matrix product over its rows and one over its columns, with weights made of the boxes.
 */
export const roiAlignOp: Op<RoiAlignAttrs> = defineOp<RoiAlignAttrs>({
  name: "roiAlign",
  infer: ([x, regions], { outputSize }) => ({
    dtype: x.dtype,
    shape: [regions.shape[0], x.shape[1], ...outputSize],
  }),
  emptyValue: () => 0,
  composed: ([x, regions], attrs) => {
    const [n, c, h, w]: Shape = x.shape;
    const [k, columns]: Shape = regions.shape;
    const [rows, places] = attrs.outputSize;
    const { vertical, horizontal } = weightsOf(stopGradient(slice(regions, 1, columns - 4)), [h, w], attrs);
    // (k, places, n · w): the weights of all images but the region's own are 0.
    const own = columns === 5 ? ofImage(horizontal, stopGradient(slice(regions, 1, 0, 1)), n) : horizontal;
    const lines = reshape(permute(x, [1, 2, 0, 3]), [c * h, n * w]);
    const byColumn = matmul(lines, transpose(reshape(own, [k * places, n * w])));
    const turned = permute(reshape(byColumn, [c, h, k, places]), [2, 1, 0, 3]);
    const y = matmul(vertical, reshape(turned, [k, h, c * places]));
    return permute(reshape(y, [k, rows, c, places]), [0, 2, 1, 3]);
  },
});

/** Weights of rows and columns: `(k, rows, h)` and `(k, places, w)`. */
function weightsOf(
  boxes: Tensor,
  [h, w]: readonly [number, number],
  { outputSize, spatialScale, samplingRatio, aligned }: RoiAlignAttrs,
): { readonly vertical: Tensor; readonly horizontal: Tensor } {
  const edges = sub(mul(boxes, spatialScale), aligned ? 0.5 : 0);
  const edge = (i: number) => slice(edges, 1, i, i + 1);
  const [x1, y1, x2, y2] = [edge(0), edge(1), edge(2), edge(3)];
  const extent = (from: Tensor, to: Tensor) => (aligned ? sub(to, from) : maximum(sub(to, from), 1));
  return {
    vertical: axisWeights(y1, extent(y1, y2), outputSize[0], h, samplingRatio),
    horizontal: axisWeights(x1, extent(x1, x2), outputSize[1], w, samplingRatio),
  };
}

/** `(k, places, w)` → `(k, places, n, w)` */
function ofImage(weights: Tensor, image: Tensor, n: number): Tensor {
  const { dtype, backend } = weights;
  const [k]: Shape = weights.shape;
  const isOwn = equal(image, reshape(arange(n, { dtype, backend }), [1, n]));
  return mul(unsqueeze(weights, 2), reshape(cast(isOwn, dtype), [k, 1, n, 1]));
}
