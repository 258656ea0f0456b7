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
  vjp: ({ g, grads, inputs: [x, weight], outputs: [, scale] }) => {
    const operands = weight === undefined ? [x, scale, g] : [x, scale, g, weight];
    const [dx, ...others] = gradientOp.callAll(operands, undefined);
    if (grads[1] === undefined) return [dx, ...others];
    // Only a second derivative asks how the scale depends on x: by −scale³ · x / n.
    const slope = scale
      .square()
      .mul(scale)
      .mul(grads[1].mul(1 / x.shape[1]));
    return [dx.sub(x.mul(slope)), ...others];
  },
});

/** `[x, scale, g, weight?]` → gradients of x, and with a weight of weight. */
const gradientOp: Op<undefined> = defineOp<undefined>({
  name: "rmsNormGrad",
  infer: ([x, , , weight]) => (weight === undefined ? [x] : [x, weight]),
  composed: ([x, scale, g, weight]) => {
    const gx = g.mul(x);
    // The mean of g · weight · x, row by row, as one product.
    const column = weight === undefined ? undefined : weight.mul(1 / x.shape[1]).unsqueeze(1);
    const slope = column === undefined ? gx.mean(1, { keepDims: true }) : gx.matmul(column);
    // dx = scale · (g · weight − x · scale² · slope)
    const inner = weight === undefined ? g : g.mul(weight);
    const dx = inner.sub(x.mul(scale.square().mul(slope))).mul(scale);
    return weight === undefined ? [dx] : [dx, scale.transpose().matmul(gx).squeeze(0)];
  },
});
