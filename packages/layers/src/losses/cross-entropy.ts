import { DataError, describe, gather, requireFloat, ShapeError, type Tensor } from "@nn/tensor";
import { logSoftmax } from "../log-softmax.js";
import { ownedBy } from "../owned-by.js";
import {
  type ClassLossOptions,
  checkClasses,
  checkClassWeight,
  nllOf,
  reduceCounted,
  sameShape,
  withoutClasses,
} from "./class-targets.js";
import { checkReduction, type Reduction } from "./reduction.js";
import { softmaxCrossEntropy } from "./softmax-cross-entropy.js";

/** Options of `crossEntropy`. */
export interface CrossEntropyOptions extends ClassLossOptions {
  /** Part of the target that is spread over all classes, from 0 (default) to 1. */
  readonly labelSmoothing?: number;
}

/**
 * Cross-entropy between logits and classes (torch.nn.functional.cross_entropy).
 *
 * Class targets are i32; the mean divides by the weights of those that count. Probabilities as targets are in the
 * logits' dtype and shape; their mean divides by the number of rows, and nothing is ignored. A class outside of
 * `[0, c)` cannot be seen without waiting for the device: it makes the loss NaN.
 *
 * @param logits `(n, c)` or `(n, c, d1, …)`
 * @param target i32 `(n)` or `(n, d1, …)`, or probabilities of the logits' shape
 * @throws ShapeError, DTypeError; DataError when labelSmoothing is not between 0 and 1
 *
 * @example
 * ```ts
 * import { crossEntropy } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const logits = tensor([[0, 1000], [1000, 0]]);
 * await crossEntropy(logits, tensor([1, 1], { dtype: "i32" })).item(); // => 500
 * ```
 */
export function crossEntropy(logits: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { reduction = "mean", ignoreIndex = -100, labelSmoothing = 0, weight, owner } = options;
  return ownedBy(owner, () => {
    checkReduction("crossEntropy", reduction);
    checkSmoothing(labelSmoothing);
    requireFloat("crossEntropy", logits);
    if (target.dtype === logits.dtype) return softTargets(logits, target, weight, labelSmoothing, reduction);
    checkClasses("crossEntropy", logits, target, weight);
    if (weight === undefined) {
      const loss = smoothed(rowLosses(logits, target, owner), logits, target, labelSmoothing);
      return reduceCounted(loss, target.notEqual(ignoreIndex), reduction);
    }
    const logP = logSoftmax(logits, 1);
    const smoothing =
      labelSmoothing === 0 ? undefined : { part: labelSmoothing, loss: weighted(logP, weight).mean(1).neg() };
    return nllOf(logP, target, { reduction, ignoreIndex, weight }, smoothing);
  });
}

function softTargets(
  logits: Tensor,
  target: Tensor,
  weight: Tensor | undefined,
  smoothing: number,
  reduction: Reduction,
): Tensor {
  checkProbabilities(logits, target);
  checkClassWeight("crossEntropy", logits, weight);
  const smoothed = smoothing === 0 ? target : target.mul(1 - smoothing).add(smoothing / logits.shape[1]);
  const loss = weighted(logSoftmax(logits, 1), weight).mul(smoothed).sum(1).neg();
  if (reduction === "none") return loss;
  return reduction === "sum" ? loss.sum() : loss.mean();
}

/** The loss of every target; further dimensions become rows of the fused op and come back. */
function rowLosses(logits: Tensor, target: Tensor, owner: object | undefined): Tensor {
  if (logits.rank === 2) return softmaxCrossEntropy(logits, target, { owner });
  const axes = Array.from({ length: logits.rank }, (_, i) => i);
  const classesLast = logits.permute([0, ...axes.slice(2), 1]);
  const rows = classesLast.reshape([target.size, logits.shape[1]]);
  return softmaxCrossEntropy(rows, target.flatten(), { owner }).reshape(target.shape);
}

/** A part of the loss from the mean of the logits instead of the target's: both share the logarithm of the sum. */
function smoothed(loss: Tensor, logits: Tensor, target: Tensor, part: number): Tensor {
  if (part === 0) return loss;
  const own = gather(logits, 1, target.unsqueeze(1)).squeeze(1);
  return loss.add(own.sub(logits.mean(1)).mul(part));
}

/** Each class times its weight. */
function weighted(logP: Tensor, weight: Tensor | undefined): Tensor {
  if (weight === undefined) return logP;
  return logP.mul(weight.reshape([logP.shape[1], ...new Array<number>(logP.rank - 2).fill(1)]));
}

function checkProbabilities(logits: Tensor, target: Tensor): void {
  if (logits.rank >= 2 && sameShape(logits.shape, target.shape)) return;
  const classes = sameShape(withoutClasses(logits), target.shape);
  throw new ShapeError({
    where: "crossEntropy",
    problem: "targets that are not i32 are probabilities, and must have the shape of the logits",
    rows: [
      ["logits", describe(logits), "n c …"],
      ["target", describe(target)],
    ],
    fix: classes
      ? 'for classes: target.cast("i32")'
      : "give a probability for every logit, or one i32 class for each row",
  });
}

function checkSmoothing(value: number): void {
  if (value >= 0 && value <= 1) return;
  throw new DataError({
    where: "crossEntropy",
    problem: "labelSmoothing is not between 0 and 1",
    rows: [["got", String(value)]],
    fix: "common values are 0.05 to 0.2",
  });
}
