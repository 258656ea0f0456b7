import { maximum, scope } from "@nn/tensor";
import { checkOptions, fraction, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { penalized, runningMean } from "./moments.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of Adamax. */
export interface AdamaxOptions extends OptimizerOptions {
  /** Decay of the running mean of the gradient and of its largest size. Default [0.9, 0.999]. */
  readonly betas: readonly [number, number];
  /** Added to the size of the gradient. Default 1e-8. */
  readonly eps: number;
  /** L2 penalty: this share of the parameter is added to the gradient. Default 0. */
  readonly weightDecay: number;
}

const states = ["exp_avg", "exp_inf"] as const;

/** The rule of Adamax (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015, section 7.1), as PyTorch has it. */
export const adamax: OptimizerRule<AdamaxOptions> = {
  name: "adamax",
  elementwise: true,
  defaults: { lr: 2e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0 },
  check({ lr, betas, eps, weightDecay }) {
    checkOptions("adamax", notNegative, { lr, eps, weightDecay });
    checkOptions("adamax", fraction, { "betas[0]": betas[0], "betas[1]": betas[1] });
  },
  state: () => states,
  step(p, g, state, { options: { lr, betas, eps, weightDecay }, step }) {
    const gradient = penalized(g, p, weightDecay);
    const exp_avg = runningMean(state.exp_avg!, gradient, betas[0]);
    const exp_inf = scope(() => maximum(state.exp_inf!.mul(betas[1]), gradient.abs().add(eps)));
    const rate = lr / (1 - betas[0] ** step);
    return { p: p.sub(exp_avg.div(exp_inf).mul(rate)), state: { exp_avg, exp_inf } };
  },
};

/**
 * Adamax (torch.optim.Adamax): Adam that divides by the largest recent gradient instead of the mean square.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { Adamax } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, -200])) };
 * const optimizer = new Adamax(model, { lr: 0.5 });
 * const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 * optimizer.step(grads);
 * await model.weight.array(); // => [0.5, -199.5]
 * ```
 */
export class Adamax extends Optimizer<AdamaxOptions> {
  constructor(target: OptimizerTarget<AdamaxOptions>, options: Partial<AdamaxOptions> = {}) {
    super(adamax, target, options);
  }
}
