import { defineElementwise, log, log1p, maximum, type Tensor } from "@nn/tensor";
import { checkBroadcasts, lossOfPair } from "./loss-of-pair.js";
import type { LossOptions } from "./reduction.js";

/** `[input, target]` → minus the logarithm of the probability of the target, where logarithms stop at -100. */
const op = defineElementwise({
  name: "binaryCrossEntropy",
  body: ([input, target]) => {
    const [ifOne, ifZero] = logarithms(input);
    return target.mul(ifOne).add(target.neg().add(1).mul(ifZero)).neg();
  },
  gradient: (g, [input, target]) => {
    const [ifOne, ifZero] = logarithms(input);
    // As in PyTorch the gradient does not stop with the logarithm: a prediction that is wrong for sure still learns.
    const spread = maximum(input.sub(input.square()), 1e-12);
    return [g.mul(input.sub(target).div(spread)), g.mul(ifZero.sub(ifOne))];
  },
});

function logarithms(input: Tensor): [ifOne: Tensor, ifZero: Tensor] {
  return [maximum(log(input), -100), maximum(log1p(input.neg()), -100)];
}

/** Options of `binaryCrossEntropy`. */
export interface BinaryCrossEntropyOptions extends LossOptions {
  /** Factor of each element of the loss; broadcasts to the input. */
  readonly weight?: Tensor;
}

/**
 * Cross-entropy between probabilities and targets from 0 to 1 (torch.nn.functional.binary_cross_entropy). From logits use
 * `binaryCrossEntropyWithLogits`, which loses no digits. Logarithms stop at -100; a probability outside of `[0, 1]` gives
 * NaN.
 *
 * @throws ShapeError when the shapes do not fit, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { binaryCrossEntropy } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * await binaryCrossEntropy(tensor([0, 1]), tensor([1, 1]), { reduction: "none" }).array(); // => [100, 0]
 * ```
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BinaryCrossEntropyOptions = {}): Tensor {
  const { weight, owner } = options;
  return lossOfPair("binaryCrossEntropy", input, target, options, () => {
    checkBroadcasts("binaryCrossEntropy", input, "weight", weight);
    const loss = op.call([input, target], { owner });
    return weight === undefined ? loss : loss.mul(weight);
  });
}
