import { defineElementwise, maximum, minimum, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "hardSwish",
  body: ([x]) => x.mul(minimum(maximum(x.add(3), 0), 6).mul(1 / 6)),
  // As in PyTorch: at -3 the slope of the parabola, -0.5, and at 3 that of the line.
  gradient: (g, [x]) => {
    const slope = x.mul(1 / 3).add(0.5);
    return [g.mul(where(x.greaterEqual(3), 1, where(x.less(-3), 0, slope)))];
  },
});

/**
 * `x · relu6(x + 3) / 6`: a cheap `silu`. Elementwise (torch.nn.functional.hardswish; Howard et al., "Searching for
 * MobileNetV3", 2019).
 *
 * @throws DTypeError when x is not f32 or f64.
 *
 * @example
 * ```ts
 * import { hardSwish } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await hardSwish(tensor([-3, 0, 3])).array(); // => [0, 0, 3]
 * ```
 */
export function hardSwish(x: Tensor): Tensor {
  requireFloat("hardSwish", x);
  return op.call([x]);
}
