import { abs, defineElementwise, maximum, minimum, type Tensor } from "@nn/tensor";
import { checkPositive } from "../checks.js";
import { lossOfPair } from "./loss-of-pair.js";
import type { LossOptions } from "./reduction.js";

/** `[input, target]`, scalar delta → half the square of the difference up to delta, and a straight line from there. */
export const huberOp = defineElementwise({
  name: "huberLoss",
  body: ([input, target], [delta]) => {
    const distance = abs(input.sub(target));
    const near = minimum(distance, delta);
    return near.mul(distance.sub(near.mul(0.5)));
  },
  gradient: (g, [input, target], [delta]) => {
    const toInput = g.mul(maximum(minimum(input.sub(target), delta), delta.neg()));
    return [toInput, toInput.neg()];
  },
});

/** Options of `huberLoss`. */
export interface HuberLossOptions extends LossOptions {
  /** Where the square ends. Default 1. */
  readonly delta?: number;
}

/**
 * Half the squared error up to a distance of delta, then `delta · (distance − delta / 2)` (torch.nn.functional.huber_loss;
 * Huber, 1964): outliers pull no harder than delta.
 *
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do, DataError when delta is not positive.
 *
 * @example
 * ```ts
 * import { huberLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await huberLoss(tensor([1, 5]), tensor([0, 0]), { reduction: "none" }).array(); // => [0.5, 4.5]
 * ```
 */
export function huberLoss(input: Tensor, target: Tensor, options: HuberLossOptions = {}): Tensor {
  const { delta = 1, owner } = options;
  return lossOfPair("huberLoss", input, target, options, () => {
    checkPositive("huberLoss", "delta", delta);
    return huberOp.call([input, target], { scalars: [delta], owner });
  });
}
