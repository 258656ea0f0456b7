import { defineElementwise, expand, log, maximum, type Tensor } from "@nn/tensor";
import { checkPositive } from "../checks.js";
import { checkBroadcasts, lossOfPair } from "./loss-of-pair.js";
import type { LossOptions } from "./reduction.js";

const op = defineElementwise({
  name: "gaussianNllLoss",
  body: ([input, target, variance], [eps]) => {
    const safe = maximum(variance, eps);
    return input.sub(target).square().div(safe).add(log(safe)).mul(0.5);
  },
  // As in PyTorch the smallest variance that counts does not stop the gradient.
  gradient: (g, [input, target, variance], [eps]) => {
    const precision = maximum(variance, eps).reciprocal();
    const scaled = input.sub(target).mul(precision);
    const toInput = g.mul(scaled);
    return [toInput, toInput.neg(), g.mul(precision.sub(scaled.square())).mul(0.5)];
  },
});

/** Options of `gaussianNllLoss`. */
export interface GaussianNllLossOptions extends LossOptions {
  /** Whether the constant ½ · log 2π is added. Default false. */
  readonly full?: boolean;
  /** The smallest variance that counts. Default 1e-6. */
  readonly eps?: number;
}

/**
 * Negative log-likelihood of targets under normal distributions whose mean and variance are predicted
 * (torch.nn.functional.gaussian_nll_loss; Nix and Weigend, 1994): `½ · (log variance + (input − target)² / variance)`.
 *
 * @param input the means
 * @param variance positive; broadcasts to the input. Smaller ones count as eps, but still get a gradient.
 * @throws ShapeError when the shapes do not fit, DTypeError when the dtypes differ, DataError when eps is not positive.
 *
 * @example
 * ```ts
 * import { gaussianNllLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await gaussianNllLoss(tensor([1, 2]), tensor([3, 2]), tensor([1, 1])).item(); // => 1
 * ```
 */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  options: GaussianNllLossOptions = {},
): Tensor {
  const { full = false, eps = 1e-6 } = options;
  return lossOfPair("gaussianNllLoss", input, target, options, () => {
    checkPositive("gaussianNllLoss", "eps", eps);
    checkBroadcasts("gaussianNllLoss", input, "variance", variance);
    const loss = op.call([input, target, expand(variance, input.shape)], { scalars: [eps] });
    return full ? loss.add(0.5 * Math.log(2 * Math.PI)) : loss;
  });
}
