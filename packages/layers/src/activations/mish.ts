import { defineElementwise, requireFloat, softplus, type Tensor, tanh } from "@nn/tensor";

const op = defineElementwise({ name: "mish", body: ([x]) => x.mul(tanh(softplus(x))) });

/**
 * `x · tanh(softplus(x))`. Elementwise (torch.nn.functional.mish; Misra, 2019).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { mish } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await mish(tensor([0, 30])).array(); // => [0, 30]
 * ```
 */
export function mish(x: Tensor): Tensor {
  requireFloat("mish", x);
  return op.call([x]);
}
