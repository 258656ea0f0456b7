import { minimum, relu, type Tensor } from "@nn/tensor";
import { ownedBy } from "../owned-by.js";
import { pairwiseDistance } from "../pairwise-distance.js";
import { checkPair } from "./check-pair.js";
import type { MarginLossOptions } from "./margin-ranking-loss.js";
import { checkReduction, reduceLoss } from "./reduction.js";

/** Options of `tripletMarginLoss`. */
export interface TripletMarginLossOptions extends MarginLossOptions {
  /** Degree of the distance. Default 2. */
  readonly p?: number;
  /** Added to each difference, so that the distance of equal vectors has a gradient. Default 1e-6. */
  readonly eps?: number;
  /** Whether the nearer of anchor and positive counts as the negative's distance (Balntas et al., 2016). Default false. */
  readonly swap?: boolean;
}

/**
 * `max(0, distance(anchor, positive) − distance(anchor, negative) + margin)` (torch.nn.functional.triplet_margin_loss;
 * Schroff et al., "FaceNet", 2015).
 *
 * @param anchor `(…, d)`; positive and negative have the same shape
 * @param options.margin default 1
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do.
 *
 * @example
 * ```ts
 * import { tripletMarginLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const [a, near, far] = [tensor([[0, 0]]), tensor([[0, 1]]), tensor([[9, 0]])];
 * await tripletMarginLoss(a, near, far).item(); // => 0
 * ```
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  options: TripletMarginLossOptions = {},
): Tensor {
  const { reduction = "mean", margin = 1, p = 2, eps = 1e-6, swap = false, owner } = options;
  return ownedBy(owner, () => {
    checkReduction("tripletMarginLoss", reduction);
    checkPair("tripletMarginLoss", anchor, positive);
    checkPair("tripletMarginLoss", anchor, negative);
    const distance = (a: Tensor, b: Tensor) => pairwiseDistance(a, b, { p, eps });
    const toNegative = distance(anchor, negative);
    const far = swap ? minimum(toNegative, distance(positive, negative)) : toNegative;
    return reduceLoss(relu(distance(anchor, positive).sub(far).add(margin)), reduction);
  });
}
