import { defineElementwise, exp, log, maximum, type Tensor, where } from "@nn/tensor";
import { lossOfPair } from "./loss-of-pair.js";
import type { LossOptions } from "./reduction.js";

const ofLogarithms = defineElementwise({
  name: "poissonNllLoss",
  body: ([input, target]) => exp(input).sub(target.mul(input)),
});
const ofRates = defineElementwise({
  name: "poissonNllLoss",
  body: ([input, target], [eps]) => input.sub(target.mul(log(input.add(eps)))),
});

/** t · log t − t + ½ · log(2πt) for targets above 1. */
const stirling = defineElementwise({
  name: "poissonNllLoss",
  body: ([target]) => {
    const t = maximum(target, 1);
    const approximation = t
      .mul(log(t))
      .sub(t)
      .add(log(t.mul(2 * Math.PI)).mul(0.5));
    return where(target.greater(1), approximation, 0);
  },
});

/** Options of `poissonNllLoss`. */
export interface PoissonNllLossOptions extends LossOptions {
  /** Whether the input is the logarithm of the rate. Default true. */
  readonly logInput?: boolean;
  /** Whether log(target!) is added, in Stirling's approximation, for targets above 1. Default false. */
  readonly full?: boolean;
  /** Added to a rate before its logarithm, where `logInput` is false. Default 1e-8. */
  readonly eps?: number;
}

/**
 * Negative log-likelihood of counts under Poisson distributions whose rate is predicted
 * (torch.nn.functional.poisson_nll_loss): `exp(input) − target · input`.
 *
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do.
 *
 * @example
 * ```ts
 * import { poissonNllLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await poissonNllLoss(tensor([0, 0]), tensor([1, 5])).item(); // => 1
 * ```
 */
export function poissonNllLoss(input: Tensor, target: Tensor, options: PoissonNllLossOptions = {}): Tensor {
  const { logInput = true, full = false, eps = 1e-8 } = options;
  return lossOfPair("poissonNllLoss", input, target, options, () => {
    const scalars = logInput ? [] : [eps];
    const loss = (logInput ? ofLogarithms : ofRates).call([input, target], { scalars });
    return full ? loss.add(stirling.call([target])) : loss;
  });
}
