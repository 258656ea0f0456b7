import { maximum, ShapeError, type Tensor } from "@nn/tensor";

/**
 * The mean of losses by weights: `sum(weights * losses) / sum(weights)`, with the sum of the weights as `weight`. For
 * sample weights, and for masks (1 or true counts, 0 or false does not). Spread into what a loss function returns, the
 * weight makes means over batches of different weight exact, of the loss and of accumulated gradients. Where nothing
 * counts the loss is 0.
 *
 * @param losses one a sample or position, as a loss with `reduction: "none"` gives them
 * @param weights of the losses' shape, or one a sample; any dtype
 * @throws ShapeError when the weights have another shape.
 *
 * @example
 * ```ts
 * import { tensor } from "@nn/tensor";
 * import { weightedMean } from "@nn/train";
 *
 * const { loss, weight } = weightedMean(tensor([1, 2, 8]), tensor([1, 3, 0]));
 * await loss.item(); // => 1.75
 * await weight.item(); // => 4
 * ```
 *
 * @example
 * ```ts
 * import { crossEntropy, Linear } from "@nn/layers";
 * import type { Tensor } from "@nn/tensor";
 * import { weightedMean } from "@nn/train";
 *
 * // The mask reaches the loss, and the metrics of fit.
 * const loss = (model: Linear, { x, y, mask }: { x: Tensor; y: Tensor; mask: Tensor }) => {
 *   const logits = model.forward(x);
 *   return { ...weightedMean(crossEntropy(logits, y, { reduction: "none" }), mask), logits, mask };
 * };
 * ```
 */
export function weightedMean(losses: Tensor, weights: Tensor): { loss: Tensor; weight: Tensor } {
  const fitting = weightsLike(losses, weights);
  if (fitting === undefined) {
    throw new ShapeError({
      where: "weightedMean",
      problem: "the weights do not belong to the losses",
      rows: [
        ["losses", `[${losses.shape.join(", ")}]`],
        ["weights", `[${weights.shape.join(", ")}]`],
      ],
      fix: 'give one weight a loss or one a sample, and losses with reduction: "none"',
    });
  }
  const weight = fitting.sum();
  return { loss: losses.mul(fitting).sum().div(maximum(weight, smallest)), weight };
}

// So that a batch that is masked altogether has the loss 0 and no gradient, where 0 / 0 would end the training.
const smallest = 1e-30;

/** The weights in the shape and dtype of what they weigh; one a sample becomes one an element. */
export function weightsLike(values: Tensor, weights: Tensor): Tensor | undefined {
  const cast = weights.dtype === values.dtype ? weights : weights.cast(values.dtype);
  if (String(values.shape) === String(weights.shape)) return cast;
  if (weights.rank !== 1 || weights.shape[0] !== values.shape[0]) return undefined;
  const ones = new Array<number>(values.rank - 1).fill(1);
  return cast.reshape([...weights.shape, ...ones]).expand(values.shape);
}
