import { defineElementwise, type Tensor } from "@nn/tensor";
import { ownedBy } from "../owned-by.js";
import { checkPair } from "./check-pair.js";
import { checkReduction, type LossOptions, reduceLoss } from "./reduction.js";

const op = defineElementwise({
  name: "mseLoss",
  body: ([input, target]) => input.sub(target).square(),
  gradient: (g, [input, target]) => {
    const toInput = input.sub(target).mul(g.mul(2));
    return [toInput, toInput.neg()];
  },
});

/**
 * Mean squared error (torch.nn.functional.mse_loss).
 *
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do.
 *
 * @example
 * ```ts
 * import { mseLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await mseLoss(tensor([1, 2]), tensor([1, 4])).item(); // => 2
 * ```
 */
export function mseLoss(input: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  const { reduction = "mean", owner } = options;
  return ownedBy(owner, () => {
    checkReduction("mseLoss", reduction);
    checkPair("mseLoss", input, target);
    return reduceLoss(op.call([input, target]), reduction);
  });
}
