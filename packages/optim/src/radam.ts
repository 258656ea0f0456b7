import { checkOptions, fraction, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { penalized, runningMean, runningMeanSquare, shrunk } from "./moments.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of RAdam. */
export interface RAdamOptions extends OptimizerOptions {
  /** Decay of the running mean of the gradient and of its square. Default [0.9, 0.999]. */
  readonly betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  readonly eps: number;
  /** L2 penalty, or with `decoupledWeightDecay` the share of the parameter (times lr) that every step takes away. Default 0. */
  readonly weightDecay: number;
  /** Decays the parameter itself, as AdamW does. Default false. */
  readonly decoupledWeightDecay: boolean;
}

const states = ["exp_avg", "exp_avg_sq"] as const;

/**
 * The rule of rectified Adam (Liu et al., "On the Variance of the Adaptive Learning Rate and Beyond", 2020), as PyTorch
 * has it.
 */
export const radam: OptimizerRule<RAdamOptions> = {
  name: "radam",
  elementwise: true,
  defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0, decoupledWeightDecay: false },
  check({ lr, betas, eps, weightDecay }) {
    checkOptions("radam", notNegative, { lr, eps, weightDecay });
    checkOptions("radam", fraction, { "betas[0]": betas[0], "betas[1]": betas[1] });
  },
  state: () => states,
  step(p, g, state, { options: { lr, betas, eps, weightDecay, decoupledWeightDecay }, step }) {
    const gradient = decoupledWeightDecay ? g : penalized(g, p, weightDecay);
    const start = decoupledWeightDecay ? shrunk(p, lr, weightDecay) : p;
    const exp_avg = runningMean(state.exp_avg!, gradient, betas[0]);
    const exp_avg_sq = runningMeanSquare(state.exp_avg_sq!, gradient, betas[1]);

    const rate = lr / (1 - betas[0] ** step);
    const rectified = rectification(betas[1], step);
    const direction =
      rectified === null ? exp_avg.mul(rate) : exp_avg.mul(rate * rectified).div(exp_avg_sq.sqrt().add(eps));
    return { p: start.sub(direction), state: { exp_avg, exp_avg_sq } };
  },
};

/** The factor of an adaptive step with its bias correction; null while the mean square knows too few steps for one. */
function rectification(beta: number, step: number): number | null {
  const correction = 1 - beta ** step;
  const longest = 2 / (1 - beta) - 1;
  const length = longest - (2 * step * beta ** step) / correction;
  if (length <= 5) return null;
  const ratio = ((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length);
  return Math.sqrt(ratio * correction);
}

/**
 * Rectified Adam (torch.optim.RAdam): plain momentum until the mean square of the gradient can be trusted, then Adam
 * that grows into its full step. Needs no warm-up.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { RAdam } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, -200])) };
 * const optimizer = new RAdam(model, { lr: 0.25 });
 * const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 * optimizer.step(grads);
 * Array.from(await model.weight.data(), Math.round); // => [1, -100]
 * ```
 */
export class RAdam extends Optimizer<RAdamOptions> {
  constructor(target: OptimizerTarget<RAdamOptions>, options: Partial<RAdamOptions> = {}) {
    super(radam, target, options);
  }
}
