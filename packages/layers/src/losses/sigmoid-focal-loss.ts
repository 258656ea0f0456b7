import { DataError, defineElementwise, pow, sigmoid, softplus, type Tensor } from "@nn/tensor";
import { lossOfPair } from "./loss-of-pair.js";
import type { LossOptions } from "./reduction.js";

/**
 * `[x, target]`, scalars slope, base, gamma and floor → cross-entropy times (1 − probability of the right answer)^gamma
 * times (slope · target + base).
 */
const focal = (power: (miss: Tensor, gamma: Tensor, floor: Tensor) => Tensor) =>
  defineElementwise({
    name: "sigmoidFocalLoss",
    body: ([x, target], [slope, base, gamma, floor]) => {
      const entropy = softplus(x.neg()).add(x.sub(x.mul(target)));
      const p = sigmoid(x);
      const miss = p.add(target).sub(p.mul(target).mul(2));
      return entropy.mul(power(miss, gamma, floor)).mul(target.mul(slope).add(base));
    },
  });
const ofOne = focal((miss) => miss);
const ofTwo = focal((miss) => miss.square());
const ofAny = focal((miss, gamma, floor) => pow(miss.add(floor), gamma));

/** Options of `sigmoidFocalLoss`. */
export interface SigmoidFocalLossOptions extends LossOptions {
  /** Weight of positive targets; negative ones have 1 − alpha. `null` for no weights. Default 0.25. */
  readonly alpha?: number | null;
  /** How much less well predicted elements count; 0 gives the binary cross-entropy. Default 2. */
  readonly gamma?: number;
}

/**
 * Binary cross-entropy from logits, times `(1 − p)^gamma` for the probability p of the right answer: the many easy
 * examples do not drown the few hard ones (torchvision.ops.sigmoid_focal_loss; Lin et al., "Focal loss for dense object
 * detection", 2017).
 *
 * @throws ShapeError when the shapes differ, DTypeError when the dtypes do, DataError when gamma is negative or alpha not
 * between 0 and 1.
 *
 * @example
 * ```ts
 * import { sigmoidFocalLoss } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const easyAndWrong = tensor([1000, -100]);
 * await sigmoidFocalLoss(easyAndWrong, tensor([1, 1]), { reduction: "none" }).array(); // => [0, 25]
 * ```
 */
export function sigmoidFocalLoss(input: Tensor, target: Tensor, options: SigmoidFocalLossOptions = {}): Tensor {
  const { alpha = 0.25, gamma = 2 } = options;
  return lossOfPair("sigmoidFocalLoss", input, target, options, () => {
    if (!(gamma >= 0) || (alpha !== null && !(alpha >= 0 && alpha <= 1))) throw optionsError(alpha, gamma);
    const [slope, base] = alpha === null ? [0, 1] : [2 * alpha - 1, 1 - alpha];
    // The slope of a power below 1 is infinite at 0.
    const floor = gamma > 0 && gamma < 1 ? 1e-12 : 0;
    const op = gamma === 1 ? ofOne : gamma === 2 ? ofTwo : ofAny;
    return op.call([input, target], { scalars: [slope, base, gamma, floor] });
  });
}

function optionsError(alpha: number | null, gamma: number): DataError {
  return new DataError({
    where: "sigmoidFocalLoss",
    problem: "alpha or gamma is out of range",
    rows: [
      ["expected", "alpha from 0 to 1 or null, gamma 0 or more"],
      ["got", `alpha ${alpha}, gamma ${gamma}`],
    ],
    fix: "common values are alpha 0.25 and gamma 2",
  });
}
