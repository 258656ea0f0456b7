import { defineOp, type Op, sqrt, type Tensor } from "@nn/tensor";

type WeightNormAttrs = { readonly axes: readonly number[] };

/** `[v, g]` → v with the lengths g over the axes, and the lengths that it had. */
export const weightNormOp: Op<WeightNormAttrs> = defineOp<WeightNormAttrs>({
  name: "weightNorm",
  infer: ([v, g]) => [v, g],
  composed: ([v, g], { axes }) => {
    const length = lengths(v, axes);
    return [v.mul(g.div(length)), length];
  },
  saves: { outputs: [1] },
  vjp: ({ g: gradient, grads, inputs: [v, g], outputs: [, length], attrs: { axes } }) => {
    const direction = v.div(length);
    const toG = gradient.mul(direction).sum(axes as number[], { keepDims: true });
    const toV = gradient.sub(direction.mul(toG)).mul(g.div(length));
    // Only a second derivative asks how the lengths depend on v.
    return [grads[1] === undefined ? toV : toV.add(direction.mul(grads[1])), toG];
  },
});

/** Euclidean lengths over some axes, which stay with size 1. */
export function lengths(v: Tensor, axes: readonly number[]): Tensor {
  return sqrt(v.square().sum(axes as number[], { keepDims: true }));
}
