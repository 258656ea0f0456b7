import { maximum, type Tensor } from "@nn/tensor";
import { checkOptions, fraction, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { penalized, runningMean, runningMeanSquare } from "./moments.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of RMSprop. */
export interface RMSpropOptions extends OptimizerOptions {
  /** Decay of the running mean of the squared gradient. Default 0.99. */
  readonly alpha: number;
  /** Added to the denominator. Default 1e-8. */
  readonly eps: number;
  /** L2 penalty: this share of the parameter is added to the gradient. Default 0. */
  readonly weightDecay: number;
  /** Share of the last direction that is kept. Default 0. */
  readonly momentum: number;
  /** Divides by the running standard deviation instead of the root of the mean square. Default false. */
  readonly centered: boolean;
}

/** The rule of RMSprop (Hinton, lecture 6e of "Neural Networks for Machine Learning", 2012), as PyTorch has it. */
export const rmsprop: OptimizerRule<RMSpropOptions> = {
  name: "rmsprop",
  elementwise: true,
  defaults: { lr: 1e-2, alpha: 0.99, eps: 1e-8, weightDecay: 0, momentum: 0, centered: false },
  check({ lr, alpha, eps, weightDecay, momentum }) {
    checkOptions("rmsprop", notNegative, { lr, eps, weightDecay, momentum });
    checkOptions("rmsprop", fraction, { alpha });
  },
  state: ({ momentum, centered }) => [
    "square_avg",
    ...(centered ? ["grad_avg"] : []),
    ...(momentum > 0 ? ["momentum_buffer"] : []),
  ],
  step(p, g, state, { options: { lr, alpha, eps, weightDecay, momentum, centered } }) {
    const gradient = penalized(g, p, weightDecay);
    const next: Record<string, Tensor> = {
      square_avg: runningMeanSquare(state.square_avg!, gradient, alpha),
    };
    let square = next.square_avg!;
    if (centered) {
      next.grad_avg = runningMean(state.grad_avg!, gradient, alpha);
      // A variance; rounding can take it just below 0 when the gradient stands still.
      square = maximum(square.sub(next.grad_avg.square()), 0);
    }
    const direction = gradient.div(square.sqrt().add(eps));
    if (momentum === 0) return { p: p.sub(direction.mul(lr)), state: next };
    next.momentum_buffer = state.momentum_buffer!.mul(momentum).add(direction);
    return { p: p.sub(next.momentum_buffer.mul(lr)), state: next };
  },
};

/**
 * RMSprop (torch.optim.RMSprop): gradients divided by the root of their running mean square; with momentum, and
 * centered.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { RMSprop } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, -200])) };
 * const optimizer = new RMSprop(model, { lr: 0.5, alpha: 0.75 });
 * const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 * optimizer.step(grads);
 * await model.weight.array(); // => [0, -199]
 * ```
 */
export class RMSprop extends Optimizer<RMSpropOptions> {
  constructor(target: OptimizerTarget<RMSpropOptions>, options: Partial<RMSpropOptions> = {}) {
    super(rmsprop, target, options);
  }
}
