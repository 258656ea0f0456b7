import { defineElementwise, requireFloat, type Tensor, tanh } from "@nn/tensor";

const op = defineElementwise({
  name: "tanhShrink",
  body: ([x]) => x.sub(tanh(x)),
  gradient: (g, [x]) => [g.mul(tanh(x).square())],
});

/**
 * `x − tanh(x)`. Elementwise (torch.nn.functional.tanhshrink).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { tanhShrink } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await tanhShrink(tensor([-100, 0, 100])).array(); // => [-99, 0, 99]
 * ```
 */
export function tanhShrink(x: Tensor): Tensor {
  requireFloat("tanhShrink", x);
  return op.call([x]);
}
