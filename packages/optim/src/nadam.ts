import { full, scope } from "@nn/tensor";
import { checkOptions, fraction, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { penalized, runningMean, runningMeanSquare, shrunk } from "./moments.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of NAdam. */
export interface NAdamOptions extends OptimizerOptions {
  /** Decay of the running mean of the gradient and of its square. Default [0.9, 0.999]. */
  readonly betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  readonly eps: number;
  /** L2 penalty, or with `decoupledWeightDecay` the share of the parameter (times lr) that every step takes away. Default 0. */
  readonly weightDecay: number;
  /** How fast the momentum grows to the first beta. Default 4e-3. */
  readonly momentumDecay: number;
  /** Decays the parameter itself, as AdamW does (NAdamW). Default false. */
  readonly decoupledWeightDecay: boolean;
}

const states = ["exp_avg", "exp_avg_sq", "mu_product"] as const;

/**
 * The rule of NAdam (Dozat, "Incorporating Nesterov Momentum into Adam", 2016), as PyTorch has it since 2.0; before, it
 * multiplied the momentum of a step into the product twice.
 */
export const nadam: OptimizerRule<NAdamOptions> = {
  name: "nadam",
  elementwise: true,
  defaults: {
    lr: 2e-3,
    betas: [0.9, 0.999],
    eps: 1e-8,
    weightDecay: 0,
    momentumDecay: 4e-3,
    decoupledWeightDecay: false,
  },
  check({ lr, betas, eps, weightDecay, momentumDecay }) {
    checkOptions("nadam", notNegative, { lr, eps, weightDecay, momentumDecay });
    checkOptions("nadam", fraction, { "betas[0]": betas[0], "betas[1]": betas[1] });
  },
  state: () => states,
  // The product of all momenta so far is a tensor of one element, so that it is saved and moved like the others.
  init: (p) => ({
    exp_avg: full(p.shape, 0, { dtype: p.dtype, backend: p.backend }),
    exp_avg_sq: full(p.shape, 0, { dtype: p.dtype, backend: p.backend }),
    mu_product: full([], 1, { dtype: p.dtype, backend: p.backend }),
  }),
  step(p, g, state, { options, step }) {
    const { lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay } = options;
    const momentum = (t: number) => betas[0] * (1 - 0.5 * 0.96 ** (t * momentumDecay));
    const [mu, muNext] = [momentum(step), momentum(step + 1)];
    const gradient = decoupledWeightDecay ? g : penalized(g, p, weightDecay);
    const start = decoupledWeightDecay ? shrunk(p, lr, weightDecay) : p;

    const exp_avg = runningMean(state.exp_avg!, gradient, betas[0]);
    const exp_avg_sq = runningMeanSquare(state.exp_avg_sq!, gradient, betas[1]);
    const mu_product = state.mu_product!.mul(mu);
    // The bias correction of the square moves to the scalars, which saves a pass over the elements.
    const scale = Math.sqrt(1 - betas[1] ** step);
    const next = scope(() => {
      const ofGradient = mu_product
        .neg()
        .add(1)
        .reciprocal()
        .mul((1 - mu) * lr * scale);
      const ofMean = mu_product
        .mul(-muNext)
        .add(1)
        .reciprocal()
        .mul(muNext * lr * scale);
      const direction = scope(() => gradient.mul(ofGradient).add(exp_avg.mul(ofMean)));
      return start.sub(direction.div(exp_avg_sq.sqrt().add(eps * scale)));
    });
    return { p: next, state: { exp_avg, exp_avg_sq, mu_product } };
  },
};

/**
 * Adam with Nesterov's momentum (torch.optim.NAdam).
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { NAdam } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1])) };
 * const optimizer = new NAdam(model, { lr: 0.5 });
 * for (let i = 0; i < 20; i++) optimizer.step(valueAndGrad(model, () => model.weight.square().sum()).grads);
 * Math.abs(await model.weight.item()) < 0.5; // => true
 * ```
 */
export class NAdam extends Optimizer<NAdamOptions> {
  constructor(target: OptimizerTarget<NAdamOptions>, options: Partial<NAdamOptions> = {}) {
    super(nadam, target, options);
  }
}
