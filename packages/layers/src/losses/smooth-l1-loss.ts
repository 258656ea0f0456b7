import { DataError, type Tensor } from "@nn/tensor";
import { huberOp } from "./huber-loss.js";
import { l1Loss } from "./l1-loss.js";
import { lossOfPair } from "./loss-of-pair.js";
import type { LossOptions } from "./reduction.js";

/** Options of `smoothL1Loss`. */
export interface SmoothL1LossOptions extends LossOptions {
  /** Where the square ends; 0 gives `l1Loss`. Default 1. */
  readonly beta?: number;
}

/**
 * The absolute error, rounded off to a square within beta of 0 (torch.nn.functional.smooth_l1_loss; Girshick, "Fast
 * R-CNN", 2015): `huberLoss` divided by beta.
 *
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do, DataError when beta is negative.
 *
 * @example
 * ```ts
 * import { smoothL1Loss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await smoothL1Loss(tensor([1, 5]), tensor([0, 0]), { beta: 2, reduction: "none" }).array(); // => [0.25, 4]
 * ```
 */
export function smoothL1Loss(input: Tensor, target: Tensor, options: SmoothL1LossOptions = {}): Tensor {
  const { beta = 1, owner } = options;
  if (beta === 0) return l1Loss(input, target, options);
  const loss = lossOfPair("smoothL1Loss", input, target, options, () => {
    if (!(beta > 0)) throw betaError(beta);
    return huberOp.call([input, target], { scalars: [beta], owner });
  });
  return beta === 1 ? loss : loss.mul(1 / beta);
}

function betaError(beta: number): DataError {
  return new DataError({
    where: "smoothL1Loss",
    problem: "beta is negative",
    rows: [["got", String(beta)]],
    fix: "beta is the distance up to which the loss is a square: 1",
  });
}
