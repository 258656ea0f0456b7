import { defineElementwise, relu, type Tensor, where } from "@nn/tensor";
import { lossOfPair } from "./loss-of-pair.js";
import type { MarginLossOptions } from "./margin-ranking-loss.js";

const op = defineElementwise({
  name: "hingeEmbeddingLoss",
  body: ([input, target], [margin]) => where(target.greater(0), input, relu(margin.sub(input))),
});

/**
 * The input, a distance, where the target is 1, and `max(0, margin − input)` where it is -1
 * (torch.nn.functional.hinge_embedding_loss).
 *
 * @param options.margin default 1
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do.
 *
 * @example
 * ```ts
 * import { hingeEmbeddingLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await hingeEmbeddingLoss(tensor([3, 0.5]), tensor([1, -1]), { reduction: "none" }).array(); // => [3, 0.5]
 * ```
 */
export function hingeEmbeddingLoss(input: Tensor, target: Tensor, options: MarginLossOptions = {}): Tensor {
  const { margin = 1 } = options;
  return lossOfPair("hingeEmbeddingLoss", input, target, options, () =>
    op.call([input, target], { scalars: [margin] }),
  );
}
