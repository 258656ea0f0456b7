import { requireFloat, type Tensor } from "@nn/tensor";
import { ownedBy } from "../owned-by.js";
import { type ClassLossOptions, checkClasses, nllOf } from "./class-targets.js";
import { checkReduction } from "./reduction.js";

/**
 * Negative log-likelihood of classes from log-probabilities (torch.nn.functional.nll_loss); from logits use
 * `crossEntropy`. The mean divides by the weights of the targets that count. A target outside of `[0, c)` gives NaN.
 *
 * @param input log-probabilities `(n, c)` or `(n, c, d1, …)`
 * @param target i32, `(n)` or `(n, d1, …)`
 * @throws ShapeError, DTypeError
 *
 * @example
 * ```ts
 * import { nllLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await nllLoss(tensor([[-1, -2]]), tensor([1], { dtype: "i32" })).item(); // => 2
 * ```
 */
export function nllLoss(input: Tensor, target: Tensor, options: ClassLossOptions = {}): Tensor {
  const { reduction = "mean", ignoreIndex = -100, weight, owner } = options;
  return ownedBy(owner, () => {
    checkReduction("nllLoss", reduction);
    requireFloat("nllLoss", input);
    checkClasses("nllLoss", input, target, weight);
    return nllOf(input, target, { reduction, ignoreIndex, weight });
  });
}
