import { defineOp, type Op, sqrt, type Tensor, where } from "@nn/tensor";

type L2NormAttrs = { readonly axis: number };

/** `[x]` → the length of the vectors along an axis, which stays with size 1. The gradient of a zero vector is 0. */
const op: Op<L2NormAttrs> = defineOp<L2NormAttrs>({
  name: "l2Norm",
  infer: ([x], { axis }) => ({ dtype: x.dtype, shape: x.shape.map((d: number, i: number) => (i === axis ? 1 : d)) }),
  emptyValue: () => 0,
  composed: ([x], { axis }) => sqrt(x.square().sum(axis, { keepDims: true })),
  saves: { inputs: [0], outputs: true },
  vjp: ({ g, inputs: [x], outputs: [y] }) => [x.mul(g.div(where(y.equal(0), 1, y)))],
});

/** The Euclidean length along an axis (not negative), which stays with size 1. */
export function l2Norm(x: Tensor, axis: number): Tensor {
  return op.call([x], { axis });
}
