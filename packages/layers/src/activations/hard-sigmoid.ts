import { abs, defineElementwise, maximum, minimum, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "hardSigmoid",
  body: ([x]) => minimum(maximum(x.add(3), 0), 6).mul(1 / 6),
  gradient: (g, [x]) => [where(abs(x).less(3), g.mul(1 / 6), 0)],
});

/**
 * `relu6(x + 3) / 6`: a sigmoid of three straight lines. Elementwise (torch.nn.functional.hardsigmoid).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { hardSigmoid } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await hardSigmoid(tensor([-3, 0, 3])).array(); // => [0, 0.5, 1]
 * ```
 */
export function hardSigmoid(x: Tensor): Tensor {
  requireFloat("hardSigmoid", x);
  return op.call([x]);
}
