import { defineOp, requireFloat, type Shape, sigmoid, type Tensor } from "@nn/tensor";

const op = defineOp({
  name: "silu",
  infer: ([x]) => x,
  composed: ([x]) => x.mul(sigmoid(x)),
  vjp: ({ g, inputs: [x] }) => [gradientOp.call([g, x], undefined)],
});

/** `[g, x]` → gradient of x. */
const gradientOp = defineOp({
  name: "siluGrad",
  infer: ([g]) => g,
  composed: ([g, x]) => {
    const s = sigmoid(x);
    return g.mul(s.add(x.mul(s.sub(s.square()))));
  },
});

/**
 * `x · sigmoid(x)`, also called swish. Elementwise (torch.nn.functional.silu; Elfwing, Uchibe and Doya, 2017).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { silu } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await silu(tensor([-200, 0, 200])).array(); // => [0, 0, 200]
 * ```
 */
export function silu<S extends Shape>(x: Tensor<S>): Tensor<S> {
  requireFloat("silu", x);
  return op.call([x], undefined);
}
