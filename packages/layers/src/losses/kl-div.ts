import { defineElementwise, exp, log, type Tensor, where } from "@nn/tensor";
import { checkChoice } from "../checks.js";
import { ownedBy } from "../owned-by.js";
import { checkPair } from "./check-pair.js";
import { type LossOptions, type Reduction, reduceLoss } from "./reduction.js";

const ofLogarithms = defineElementwise({
  name: "klDiv",
  body: ([input, target]) => exp(target).mul(target.sub(input)),
});
const ofProbabilities = defineElementwise({
  name: "klDiv",
  // 0 · log 0 is 0.
  body: ([input, target]) => target.mul(log(where(target.equal(0), 1, target)).sub(input)),
});

/** Options of `klDiv`. */
export interface KlDivOptions extends Omit<LossOptions, "reduction"> {
  /** Default "mean", over all elements. "batchmean" divides the sum by the first size: the divergence as it is defined. */
  readonly reduction?: Reduction | "batchmean";
  /** Whether the target holds log-probabilities as well. Default false. */
  readonly logTarget?: boolean;
}

/**
 * Kullback-Leibler divergence `target · (log target − input)` (torch.nn.functional.kl_div). Where the target is 0 the
 * element is 0.
 *
 * @param input log-probabilities, as of `logSoftmax`
 * @param target probabilities, or log-probabilities with `logTarget`
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do.
 *
 * @example
 * ```ts
 * import { klDiv, logSoftmax } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const input = logSoftmax(tensor([[0, 0]]));
 * await klDiv(input, tensor([[0.5, 0.5]]), { reduction: "batchmean" }).item(); // => 0
 * ```
 */
export function klDiv(input: Tensor, target: Tensor, options: KlDivOptions = {}): Tensor {
  const { reduction = "mean", logTarget = false, owner } = options;
  return ownedBy(owner, () => {
    checkChoice("klDiv", "reduction", reduction, ["mean", "sum", "none", "batchmean"]);
    checkPair("klDiv", input, target);
    const loss = (logTarget ? ofLogarithms : ofProbabilities).call([input, target]);
    if (reduction !== "batchmean") return reduceLoss(loss, reduction);
    return loss.sum().mul(1 / (input.rank === 0 ? 1 : input.shape[0]));
  });
}
