import { abs, defineElementwise, requireFloat, type Tensor } from "@nn/tensor";

const op = defineElementwise({
  name: "softsign",
  body: ([x]) => x.div(abs(x).add(1)),
  gradient: (g, [x]) => [g.div(abs(x).add(1).square())],
});

/**
 * `x / (1 + |x|)`. Elementwise (torch.nn.functional.softsign).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { softsign } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await softsign(tensor([-1, 0, 3])).array(); // => [-0.5, 0, 0.75]
 * ```
 */
export function softsign(x: Tensor): Tensor {
  requireFloat("softsign", x);
  return op.call([x]);
}
