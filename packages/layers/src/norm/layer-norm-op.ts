import { defineOp, type Op, rsqrt, type Tensor } from "@nn/tensor";

type LayerNormAttrs = { readonly eps: number };

/** `[x (m, n), weight (n)?, bias (n)?]` → normalized x, and the mean and the biased variance of each row. */
export const layerNormOp: Op<LayerNormAttrs> = defineOp<LayerNormAttrs>({
  name: "layerNorm",
  infer: ([x]) => [x, rows(x), rows(x)],
  composed: ([x, weight, bias], { eps }) => {
    const mean = x.mean(1, { keepDims: true });
    const centered = x.sub(mean);
    const variance = centered.square().mean(1, { keepDims: true });
    let y = centered.mul(rsqrt(variance.add(eps)));
    if (weight !== undefined) y = y.mul(weight);
    if (bias !== undefined) y = y.add(bias);
    return [y, mean.squeeze(1), variance.squeeze(1)];
  },
  saves: { inputs: [0, 1], outputs: [1, 2] },
  vjp: ({ g, grads, inputs: [x, weight], outputs: [, mean, variance], attrs }) => {
    const operands = weight === undefined ? [x, mean, variance, g] : [x, mean, variance, g, weight];
    const [first, ...others] = gradientOp.callAll(operands, attrs);
    let dx = first;
    // Only a second derivative asks how the statistics depend on x.
    const share = 1 / x.shape[1];
    if (grads[1] !== undefined) dx = dx.add(grads[1].mul(share).unsqueeze(1));
    if (grads[2] !== undefined) dx = dx.add(x.sub(mean.unsqueeze(1)).mul(grads[2].mul(2 * share).unsqueeze(1)));
    return [dx, ...others];
  },
});

/** `[x, mean, variance, g, weight?]` → gradients of x, and with a weight of weight and bias. */
const gradientOp: Op<LayerNormAttrs> = defineOp<LayerNormAttrs>({
  name: "layerNormGrad",
  infer: ([x, , , , weight]) => (weight === undefined ? [x] : [x, weight, weight]),
  composed: ([x, mean, variance, g, weight], { eps }) => {
    const scale = rsqrt(variance.add(eps)).unsqueeze(1);
    const normal = x.sub(mean.unsqueeze(1)).mul(scale);
    const inner = weight === undefined ? g : g.mul(weight);
    // dx = scale · (inner − mean(inner) − normal · mean(inner · normal))
    const slope = inner.mul(normal).mean(1, { keepDims: true });
    const dx = inner
      .sub(inner.mean(1, { keepDims: true }))
      .sub(normal.mul(slope))
      .mul(scale);
    return weight === undefined ? [dx] : [dx, g.mul(normal).sum(0), g.sum(0)];
  },
});

function rows(x: Tensor): { dtype: Tensor["dtype"]; shape: [number] } {
  return { dtype: x.dtype, shape: [x.shape[0]] };
}
