import { defineElementwise, exp, minimum, requireFloat, type Tensor } from "@nn/tensor";

// With e = exp(x), tanh(softplus(x)) is n / (n + 2) where n = e² + 2e. From 20 on that is 1 to the last digit.
const op = defineElementwise({
  name: "mish",
  body: ([x]) => {
    const n = numerator(x)[1];
    return x.mul(n.div(n.add(2)));
  },
  gradient: (g, [x]) => {
    const [e, n] = numerator(x);
    const inverse = n.add(2).reciprocal();
    // (n / (n + 2))' = 4 · (e² + e) / (n + 2)²
    const slope = n.sub(e).mul(inverse.square()).mul(4);
    return [g.mul(n.mul(inverse).add(x.mul(slope)))];
  },
});

function numerator(x: Tensor): [e: Tensor, n: Tensor] {
  const e = exp(minimum(x, 20));
  return [e, e.mul(e.add(2))];
}

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
