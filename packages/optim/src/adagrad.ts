import { full, scope } from "@nn/tensor";
import { checkOptions, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { penalized } from "./moments.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of Adagrad. */
export interface AdagradOptions extends OptimizerOptions {
  /** The rate of step t (from 1) is `lr / (1 + (t - 1) * lrDecay)`. Default 0. */
  readonly lrDecay: number;
  /** L2 penalty: this share of the parameter is added to the gradient. Default 0. */
  readonly weightDecay: number;
  /** What the sums of squares start from. Default 0. */
  readonly initialAccumulatorValue: number;
  /** Added to the denominator. Default 1e-10. */
  readonly eps: number;
}

const states = ["sum"] as const;

/** The rule of Adagrad (Duchi, Hazan and Singer, "Adaptive Subgradient Methods", 2011), as PyTorch has it. */
export const adagrad: OptimizerRule<AdagradOptions> = {
  name: "adagrad",
  elementwise: true,
  defaults: { lr: 1e-2, lrDecay: 0, weightDecay: 0, initialAccumulatorValue: 0, eps: 1e-10 },
  check({ lr, lrDecay, weightDecay, initialAccumulatorValue, eps }) {
    checkOptions("adagrad", notNegative, { lr, lrDecay, weightDecay, initialAccumulatorValue, eps });
  },
  state: () => states,
  init: ({ shape, dtype, backend }, { initialAccumulatorValue }) => ({
    sum: full(shape, initialAccumulatorValue, { dtype, backend }),
  }),
  step(p, g, state, { options: { lr, lrDecay, weightDecay, eps }, step }) {
    const gradient = penalized(g, p, weightDecay);
    const sum = scope(() => state.sum!.add(gradient.square()));
    const rate = lr / (1 + (step - 1) * lrDecay);
    return { p: p.sub(gradient.div(sum.sqrt().add(eps)).mul(rate)), state: { sum } };
  },
};

/**
 * Adagrad (torch.optim.Adagrad): gradients divided by the root of the sum of all their squares, for sparse features.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { Adagrad } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, -200])) };
 * const optimizer = new Adagrad(model, { lr: 0.5 });
 * const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 * optimizer.step(grads);
 * await model.weight.array(); // => [0.5, -199.5]
 * ```
 */
export class Adagrad extends Optimizer<AdagradOptions> {
  constructor(target: OptimizerTarget<AdagradOptions>, options: Partial<AdagradOptions> = {}) {
    super(adagrad, target, options);
  }
}
