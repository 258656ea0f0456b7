import { defineElementwise, expand, relu, type Tensor } from "@nn/tensor";
import { checkBroadcasts, lossOfPair } from "./loss-of-pair.js";
import type { LossOptions } from "./reduction.js";

const op = defineElementwise({
  name: "marginRankingLoss",
  body: ([input1, input2, target], [margin]) => relu(input2.sub(input1).mul(target).add(margin)),
});

/** Options of the losses with a margin. */
export interface MarginLossOptions extends LossOptions {
  /** How far apart is far enough. */
  readonly margin?: number;
}

/**
 * `max(0, margin − target · (input1 − input2))` (torch.nn.functional.margin_ranking_loss): the first should rank higher
 * where the target is 1, the second where it is -1.
 *
 * @param options.margin default 0
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do.
 *
 * @example
 * ```ts
 * import { marginRankingLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const right = marginRankingLoss(tensor([3, 1]), tensor([1, 3]), tensor([1, 1]), { reduction: "none" });
 * await right.array(); // => [0, 2]
 * ```
 */
export function marginRankingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  options: MarginLossOptions = {},
): Tensor {
  const { margin = 0 } = options;
  return lossOfPair("marginRankingLoss", input1, input2, options, () => {
    checkBroadcasts("marginRankingLoss", input1, "target", target);
    return op.call([input1, input2, expand(target, input1.shape)], { scalars: [margin] });
  });
}
