import { clamp, defineElementwise, requireFloat, type Tensor, where } from "@nn/tensor";

const op = defineElementwise({
  name: "hardSwish",
  // Not clamped above: from 3 on the slope is 1, as in PyTorch.
  body: ([x]) => x.mul(where(x.greaterEqual(3), 1, clamp(x.add(3), 0).mul(1 / 6))),
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
