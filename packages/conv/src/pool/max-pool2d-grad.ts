import {
  defineOp,
  describe,
  gather,
  type Op,
  type Pool2dAttrs,
  reshape,
  type Shape,
  ShapeError,
  scatterAdd,
  slice,
  type Tensor,
  zeros,
  zerosLike,
} from "@nn/tensor";
import { padImage } from "../shared/windows.js";
import { placeOfMaximum } from "./max-pool2d-indices.js";
import { pooledShape } from "./pool2d-attrs.js";

/**
 * `[x, g]` → gradient of x: each g goes to the largest element of its window, the first in row order where several are
 * equal. Linear in g; in x it is constant almost everywhere.
 */
export const maxPool2dGrad: Op<Pool2dAttrs> = defineOp<Pool2dAttrs>({
  name: "maxPool2dGrad",
  infer: ([x, g], attrs) => {
    const expected = pooledShape(x.shape, attrs);
    if (g.rank === 4 && expected.every((size, i) => size === g.shape[i])) return x;
    throw new ShapeError({
      where: "maxPool2dGrad",
      problem: "the gradient does not have the shape of the output",
      rows: [
        ["gradient", describe(g), "n c oh ow"],
        ["expected", `[${expected.join(", ")}]`],
      ],
      fix: "use the options of the forward pool",
    });
  },
  composed: ([x, g], attrs) => {
    const [n, c, h, w]: Shape = x.shape;
    const [top, bottom, left, right] = attrs.padding;
    const frame = [h + top + bottom, w + left + right] as const;
    const index = placeInFrame(x, attrs);
    const empty = zeros([n * c, frame[0] * frame[1]], { dtype: g.dtype, backend: g.backend });
    const spread = scatterAdd(empty, 1, index, reshape(g, index.shape));
    return slice(slice(reshape(spread, [n, c, ...frame]), 2, top, top + h), 3, left, left + w);
  },
  vjp: ({ g, inputs: [x, gradient], attrs, need }) => [
    need[0] ? zerosLike(x) : undefined,
    need[1] ? reshape(pick(g, placeInFrame(x, attrs), attrs), gradient.shape) : undefined,
  ],
});

/** The element that each window took, of another tensor of x's shape. */
function pick(u: Tensor, index: Tensor, attrs: Pool2dAttrs): Tensor {
  const framed = padImage(u, attrs.padding);
  return gather(reshape(framed, [index.shape[0], framed.shape[2] * framed.shape[3]]), 1, index);
}

/** Where in its padded image the maximum of each window lies. */
function placeInFrame(x: Tensor, attrs: Pool2dAttrs): Tensor {
  const [top, , left, right] = attrs.padding;
  return placeOfMaximum(x, attrs, x.shape[3] + left + right, [top, left]);
}
