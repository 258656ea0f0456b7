import { defineOp, type Op, type Tensor } from "@nn/tensor";

/** `[x (n, c, …), scale (c), shift (c)]` → x · scale + shift, channel by channel. */
export const scaleShiftOp: Op<undefined> = defineOp<undefined>({
  name: "scaleShift",
  infer: ([x]) => [x],
  composed: ([x, scale, shift]) => [x.mul(alongChannels(scale, x)).add(alongChannels(shift, x))],
  saves: { inputs: [0, 1] },
  vjp: ({ g, inputs: [x, scale] }) => {
    const axes = allButChannels(x);
    return [g.mul(alongChannels(scale, x)), g.mul(x).sum(axes), g.sum(axes)];
  },
});

/** `(c)` → `(c, 1, …)`, so that it broadcasts over x. */
export function alongChannels(perChannel: Tensor, x: Tensor): Tensor {
  return x.rank === 2 ? perChannel : perChannel.reshape([x.shape[1], ...new Array<number>(x.rank - 2).fill(1)]);
}

export function allButChannels(x: Tensor): number[] {
  return [0, ...Array.from({ length: x.rank - 2 }, (_, i) => i + 2)];
}
