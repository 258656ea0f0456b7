import { defineElementwise, requireFloat, softplus, type Tensor } from "@nn/tensor";

const op = defineElementwise({ name: "logSigmoid", body: ([x]) => softplus(x.neg()).neg() });

/**
 * `log(sigmoid(x))`, without overflow. Elementwise (torch.nn.functional.logsigmoid).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { logSigmoid } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await logSigmoid(tensor([-1000, 1000])).array(); // => [-1000, 0]
 * ```
 */
export function logSigmoid(x: Tensor): Tensor {
  requireFloat("logSigmoid", x);
  return op.call([x]);
}
