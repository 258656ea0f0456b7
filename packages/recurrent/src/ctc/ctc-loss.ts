import { ownedBy, type Reduction } from "@nn/layers";
import { DataError, maximum, type Tensor, where } from "@nn/tensor";
import { ctcLosses } from "./ctc-loss-op.js";

/** Options of `ctcLoss`. */
export interface CtcLossOptions {
  /** The class that stands for nothing. Default 0. */
  readonly blank?: number;
  /** "mean" divides each loss by its target's length first, as PyTorch does. Default "mean". */
  readonly reduction?: Reduction;
  /** Whether sequences that are too short for their target count 0 instead of ∞. Default false. */
  readonly zeroInfinity?: boolean;
  /** Whether log-probabilities are `(n, t, c)`; false: `(t, n, c)`. Default true, unlike PyTorch. */
  readonly batchFirst?: boolean;
  /** The layer that calls, for errors and profiles. */
  readonly owner?: object;
}

/**
 * How unlikely targets are, whatever their timing (torch.nn.functional.ctc_loss; Graves et al., "Connectionist temporal
 * classification", 2006): minus the logarithm of the sum of the probabilities of all alignments, which give each step a
 * label or the blank, and read as the target once repetitions and then blanks are left out.
 *
 * The gradient is the one of the log-probabilities given. (PyTorch's adds what `logSoftmax` would take away again, so the
 * gradients of the logits are equal.) A sequence without any alignment has a loss of ∞ and a gradient of 0.
 *
 * @param logProbs `(n, t, c)`, of `logSoftmax`
 * @param targets `(n, s)` i32, padded with anything; without blanks. A class that does not exist gives NaN.
 * @param inputLengths `(n)` i32, each from 0 to t; above t the loss is NaN
 * @param targetLengths `(n)` i32, each from 0 to s; above s the loss is NaN
 * @returns a number, or with `{ reduction: "none" }` the loss of each sequence `(n)`
 * @throws ShapeError or DTypeError when the operands do not fit, DataError when blank is no class.
 *
 * @example
 * ```ts
 * import { logSoftmax } from "@nn/layers";
 * import { ctcLoss } from "@nn/recurrent";
 * import { tensor, zeros } from "@nn/tensor";
 *
 * // Two classes beside the blank, alike at both steps: "a" is read from aa, -a and a-, three of nine alignments.
 * const lengths = (n: number) => tensor([n], { dtype: "i32" });
 * const loss = ctcLoss(logSoftmax(zeros([1, 2, 3])), tensor([[1]], { dtype: "i32" }), lengths(2), lengths(1));
 * Math.exp(-(await loss.item())); // => 0.3333333
 * ```
 */
export function ctcLoss(
  logProbs: Tensor,
  targets: Tensor,
  inputLengths: Tensor,
  targetLengths: Tensor,
  options: CtcLossOptions = {},
): Tensor {
  const { blank = 0, reduction = "mean", zeroInfinity = false, batchFirst = true, owner } = options;
  return ownedBy(owner, () => {
    checkReduction(reduction);
    const turned = batchFirst || logProbs.rank !== 3 ? logProbs : logProbs.transpose(0, 1);
    let losses = ctcLosses([turned, targets, inputLengths, targetLengths], blank, owner);
    if (zeroInfinity) losses = where(losses.equal(Number.POSITIVE_INFINITY), 0, losses);
    if (reduction === "none") return losses;
    if (reduction === "sum") return losses.sum();
    return losses.div(maximum(targetLengths, 1).cast(losses.dtype)).mean();
  });
}

function checkReduction(reduction: string): void {
  if (["mean", "sum", "none"].includes(reduction)) return;
  throw new DataError({
    where: "ctcLoss",
    problem: "reduction is not known",
    rows: [
      ["expected", '"mean", "sum" or "none"'],
      ["got", JSON.stringify(reduction)],
    ],
    fix: "use one of the words above",
  });
}
