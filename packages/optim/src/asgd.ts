import { checkOptions, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { penalized } from "./moments.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of ASGD. */
export interface AsgdOptions extends OptimizerOptions {
  /** How fast the rate falls and the parameter shrinks. Default 1e-4. */
  readonly lambd: number;
  /** Power with which the rate falls. Default 0.75. */
  readonly alpha: number;
  /** The step from which on parameters are averaged. Default 1e6. */
  readonly t0: number;
  /** L2 penalty: this share of the parameter is added to the gradient. Default 0. */
  readonly weightDecay: number;
}

const states = ["ax"] as const;

/** The rule of averaged SGD (Polyak and Juditsky, "Acceleration of stochastic approximation by averaging", 1992), as PyTorch has it. */
export const asgd: OptimizerRule<AsgdOptions> = {
  name: "asgd",
  elementwise: true,
  defaults: { lr: 1e-2, lambd: 1e-4, alpha: 0.75, t0: 1e6, weightDecay: 0 },
  check({ lr, lambd, alpha, t0, weightDecay }) {
    checkOptions("asgd", notNegative, { lr, lambd, alpha, t0, weightDecay });
  },
  state: () => states,
  step(start, g, state, { options: { lr, lambd, alpha, t0, weightDecay }, step }) {
    const rate = lr / (1 + lambd * lr * (step - 1)) ** alpha;
    const p = start.mul(1 - lambd * rate).sub(penalized(g, start, weightDecay).mul(rate));
    const share = 1 / Math.max(1, step - 1 - t0);
    // Adding 0 makes it a tensor of its own.
    const ax = share === 1 ? p.add(0) : state.ax!.add(p.sub(state.ax!).mul(share));
    return { p, state: { ax } };
  },
};

/**
 * Averaged stochastic gradient descent (torch.optim.ASGD): SGD with a falling rate, and under `ax` in its state the mean
 * of the parameters from step `t0` on. `SWA` averages the weights of any optimizer, and puts them into the model.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { ASGD } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([8])) };
 * const optimizer = new ASGD(model, { lr: 0.25, lambd: 0, t0: 0 });
 * for (let i = 0; i < 3; i++) optimizer.step(valueAndGrad(model, () => model.weight.square().sum()).grads);
 * await model.weight.item(); // => 1
 * await optimizer.stateDict().state["weight.ax"].item(); // => 1.5
 * ```
 */
export class ASGD extends Optimizer<AsgdOptions> {
  constructor(target: OptimizerTarget<AsgdOptions>, options: Partial<AsgdOptions> = {}) {
    super(asgd, target, options);
  }
}
