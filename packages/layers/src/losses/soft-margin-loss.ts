import { defineElementwise, softplus, type Tensor } from "@nn/tensor";
import { lossOfPair } from "./loss-of-pair.js";
import type { LossOptions } from "./reduction.js";

const op = defineElementwise({
  name: "softMarginLoss",
  body: ([input, target]) => softplus(input.mul(target).neg()),
});

/**
 * `log(1 + exp(−target · input))` for targets of 1 and -1 (torch.nn.functional.soft_margin_loss).
 *
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do.
 *
 * @example
 * ```ts
 * import { softMarginLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await softMarginLoss(tensor([1000, 1000]), tensor([1, -1]), { reduction: "none" }).array(); // => [0, 1000]
 * ```
 */
export function softMarginLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  return lossOfPair("softMarginLoss", input, target, options, () => op.call([input, target]));
}
