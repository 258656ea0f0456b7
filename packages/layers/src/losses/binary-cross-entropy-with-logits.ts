import { defineElementwise, expand, sigmoid, softplus, type Tensor } from "@nn/tensor";
import type { BinaryCrossEntropyOptions } from "./binary-cross-entropy.js";
import { checkBroadcasts, lossOfPair } from "./loss-of-pair.js";

/** `[x, target]` → the loss of each element: −t · log σ(x) − (1 − t) · log(1 − σ(x)), with log(1 − σ(x)) = log σ(x) − x. */
const op = defineElementwise({
  name: "binaryCrossEntropyWithLogits",
  body: ([x, target]) => softplus(x.neg()).add(x.sub(x.mul(target))),
  gradient: (g, [x, target]) => [g.mul(sigmoid(x).sub(target)), g.mul(x).neg()],
});

/** `[x, target, posWeight]`: the same with the first term times posWeight. */
const weightedOp = defineElementwise({
  name: "binaryCrossEntropyWithLogits",
  body: ([x, target, posWeight]) =>
    softplus(x.neg())
      .mul(target.mul(posWeight.sub(1)).add(1))
      .add(x.sub(x.mul(target))),
});

/** Options of `binaryCrossEntropyWithLogits`. */
export interface BinaryCrossEntropyWithLogitsOptions extends BinaryCrossEntropyOptions {
  /** Factor of what the positive targets cost: above 1 for recall, below for precision. Broadcasts to the input. */
  readonly posWeight?: Tensor;
}

/**
 * Cross-entropy between the sigmoid of logits and targets from 0 to 1, element by element: for labels that do not exclude
 * each other (torch.nn.functional.binary_cross_entropy_with_logits).
 *
 * @throws ShapeError when the shapes do not fit, DTypeError when the dtypes differ.
 *
 * @example
 * ```ts
 * import { binaryCrossEntropyWithLogits } from "@nn/layers";
 * import { tensor } from "@nn/tensor";
 *
 * const logits = tensor([1000, -1000, -1000]);
 * await binaryCrossEntropyWithLogits(logits, tensor([1, 0, 1]), { reduction: "none" }).array(); // => [0, 0, 1000]
 * ```
 */
export function binaryCrossEntropyWithLogits(
  input: Tensor,
  target: Tensor,
  options: BinaryCrossEntropyWithLogitsOptions = {},
): Tensor {
  const name = "binaryCrossEntropyWithLogits";
  const { weight, posWeight } = options;
  return lossOfPair(name, input, target, options, () => {
    checkBroadcasts(name, input, "weight", weight);
    checkBroadcasts(name, input, "posWeight", posWeight);
    const loss = logitLoss(input, target, posWeight);
    return weight === undefined ? loss : loss.mul(weight);
  });
}

/** The loss of each element. */
export function logitLoss(x: Tensor, target: Tensor, posWeight?: Tensor): Tensor {
  return posWeight === undefined ? op.call([x, target]) : weightedOp.call([x, target, expand(posWeight, x.shape)]);
}
