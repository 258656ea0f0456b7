import { defineOp, type Op, permute, reshape, type Shape, stack } from "@nn/tensor";

// Both in one file: each is the other's gradient. Checks are made by the functions that call them.

interface ShuffleAttrs {
  readonly factor: number;
}

/** `[x (n, c · r², h, w)]` → `(n, c, h · r, w · r)` */
export const pixelShuffleOp: Op<ShuffleAttrs> = defineOp<ShuffleAttrs>({
  name: "pixelShuffle",
  infer: ([x], { factor: r }) => {
    const [n, channels, h, w]: Shape = x.shape;
    return { dtype: x.dtype, shape: [n, channels / r ** 2, h * r, w * r] };
  },
  emptyValue: () => 0,
  composed: ([x], { factor: r }) => {
    const [n, channels, h, w]: Shape = x.shape;
    const c = channels / r ** 2;
    const apart = reshape(x, [n, c, r, r, h, w]);
    // Column by column: one permutation would copy runs of r elements, which are short.
    const columns = Array.from({ length: r }, (_, j) => permute(apart.index(null, null, null, j), [0, 1, 3, 2, 4]));
    return reshape(stack(columns, -1), [n, c, h * r, w * r]);
  },
  saves: { inputs: [] },
  vjp: ({ g, attrs }) => [pixelUnshuffleOp.call([g], attrs)],
});

/** `[x (n, c, h · r, w · r)]` → `(n, c · r², h, w)` */
export const pixelUnshuffleOp: Op<ShuffleAttrs> = defineOp<ShuffleAttrs>({
  name: "pixelUnshuffle",
  infer: ([x], { factor: r }) => {
    const [n, c, height, width]: Shape = x.shape;
    return { dtype: x.dtype, shape: [n, c * r ** 2, height / r, width / r] };
  },
  emptyValue: () => 0,
  composed: ([x], { factor: r }) => {
    const [n, c, height, width]: Shape = x.shape;
    const [h, w] = [height / r, width / r];
    const blocks = permute(reshape(x, [n, c, h, r, w, r]), [0, 1, 3, 5, 2, 4]);
    return reshape(blocks, [n, c * r ** 2, h, w]);
  },
  saves: { inputs: [] },
  vjp: ({ g, attrs }) => [pixelShuffleOp.call([g], attrs)],
});
