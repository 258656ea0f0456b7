import { defineOp, exp, max, normalizeAxis, requireFloat, type Shape, stopGradient, type Tensor } from "@nn/tensor";

const op = defineOp<{ readonly axis: number }>({
  name: "softmax",
  infer: ([x]) => {
    requireFloat("softmax", x);
    return x;
  },
  composed: ([x], { axis }) => {
    if (x.size === 0) return x;
    const e = exp(x.sub(stopGradient(max(x, axis, { keepDims: true }))));
    return e.mul(e.sum(axis, { keepDims: true }).reciprocal());
  },
  saves: { inputs: [], outputs: true },
  vjp: ({ g, outputs: [y], attrs: { axis } }) => [softmaxGradient(g, y, axis)],
});

/** The gradient of a softmax, from its output y. */
export function softmaxGradient(g: Tensor, y: Tensor, axis: number): Tensor {
  const gy = g.mul(y);
  return gy.sub(y.mul(gy.sum(axis, { keepDims: true })));
}

/**
 * `exp(x) / sum(exp(x))` along an axis, without overflow (torch.softmax). A row of nothing but -∞ gives NaN.
 *
 * @param axis default: the last
 * @throws DTypeError when x is not f32 or f64, ShapeError when the axis does not exist.
 *
 * @example
 * ```ts
 * import { softmax } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await softmax(tensor([[1000, 1000], [0, -Infinity]])).array(); // => [[0.5, 0.5], [1, 0]]
 * ```
 */
export function softmax<S extends Shape>(x: Tensor<S>, axis = -1): Tensor<S> {
  return op.call([x], { axis: normalizeAxis("softmax", x, axis) });
}
