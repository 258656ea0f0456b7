import { defineOp, type Op, rsqrt } from "@nn/tensor";

type RmsNormAttrs = { readonly eps: number };

/** `[x (m, n), weight (n)?]` → x over its root mean square, and the reciprocal of that of each row. */
export const rmsNormOp: Op<RmsNormAttrs> = defineOp<RmsNormAttrs>({
  name: "rmsNorm",
  infer: ([x]) => [x, { dtype: x.dtype, shape: [x.shape[0], 1] }],
  composed: ([x, weight], { eps }) => {
    const scale = rsqrt(x.square().mean(1, { keepDims: true }).add(eps));
    const y = x.mul(scale);
    return [weight === undefined ? y : y.mul(weight), scale];
  },
  saves: { inputs: [0, 1], outputs: [1] },
  vjp: ({ g, grads, inputs: [x, weight], outputs: [, scale], need }) => {
    const inner = weight === undefined ? g : g.mul(weight);
    // dx = scale · (inner − x · scale² · mean(inner · x)); a second derivative asks for scale as well.
    let slope = inner.mul(x).mean(1, { keepDims: true });
    if (grads[1] !== undefined) slope = slope.add(grads[1].mul(1 / x.shape[1]));
    const dx = inner.mul(scale).sub(x.mul(scale.square().mul(scale).mul(slope)));
    return [dx, need[1] ? g.mul(x.mul(scale)).sum(0) : undefined];
  },
});
