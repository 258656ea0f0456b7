import {
  defineOp,
  exp,
  log,
  max,
  normalizeAxis,
  requireFloat,
  type Shape,
  stopGradient,
  type Tensor,
} from "@nn/tensor";

const op = defineOp<{ readonly axis: number }>({
  name: "logSoftmax",
  infer: ([x]) => {
    requireFloat("logSoftmax", x);
    return x;
  },
  composed: ([x], { axis }) => {
    if (x.size === 0) return x;
    const shifted = x.sub(stopGradient(max(x, axis, { keepDims: true })));
    return shifted.sub(log(exp(shifted).sum(axis, { keepDims: true })));
  },
  saves: { inputs: [], outputs: true },
  vjp: ({ g, outputs: [y], attrs: { axis } }) => [g.sub(exp(y).mul(g.sum(axis, { keepDims: true })))],
});

/**
 * The logarithm of `softmax`, without overflow and without the loss of small probabilities (torch.log_softmax).
 *
 * @param axis default: the last
 * @throws DTypeError when x is not f32 or f64, ShapeError when the axis does not exist.
 *
 * @example
 * ```ts
 * import { logSoftmax } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await logSoftmax(tensor([0, -1000])).array(); // => [0, -1000]
 * ```
 */
export function logSoftmax<S extends Shape>(x: Tensor<S>, axis = -1): Tensor<S> {
  return op.call([x], { axis: normalizeAxis("logSoftmax", x, axis) });
}
