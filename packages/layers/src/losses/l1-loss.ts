import { abs, defineElementwise, sign, type Tensor } from "@nn/tensor";
import { ownedBy } from "../owned-by.js";
import { checkPair } from "./check-pair.js";
import { checkReduction, type LossOptions, reduceLoss } from "./reduction.js";

const op = defineElementwise({
  name: "l1Loss",
  body: ([input, target]) => abs(input.sub(target)),
  gradient: (g, [input, target]) => {
    const toInput = g.mul(sign(input.sub(target)));
    return [toInput, toInput.neg()];
  },
});

/**
 * Mean absolute error (torch.nn.functional.l1_loss). The gradient of equal elements is 0.
 *
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do.
 *
 * @example
 * ```ts
 * import { l1Loss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await l1Loss(tensor([1, 2]), tensor([1, 4])).item(); // => 1
 * ```
 */
export function l1Loss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction = "mean", owner } = options;
  return ownedBy(owner, () => {
    checkReduction("l1Loss", reduction);
    checkPair("l1Loss", input, target);
    return reduceLoss(op.call([input, target]), reduction);
  });
}
