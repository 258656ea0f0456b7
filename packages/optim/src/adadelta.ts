import { scope } from "@nn/tensor";
import { checkOptions, notNegative, share } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { penalized, runningMeanSquare } from "./moments.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of Adadelta. */
export interface AdadeltaOptions extends OptimizerOptions {
  /** Decay of the running means of the squared gradient and of the squared step. Default 0.9. */
  readonly rho: number;
  /** Added under both roots. Default 1e-6. */
  readonly eps: number;
  /** L2 penalty: this share of the parameter is added to the gradient. Default 0. */
  readonly weightDecay: number;
}

const states = ["square_avg", "acc_delta"] as const;

/** The rule of Adadelta (Zeiler, "ADADELTA: An Adaptive Learning Rate Method", 2012), as PyTorch has it. */
export const adadelta: OptimizerRule<AdadeltaOptions> = {
  name: "adadelta",
  elementwise: true,
  defaults: { lr: 1, rho: 0.9, eps: 1e-6, weightDecay: 0 },
  check({ lr, rho, eps, weightDecay }) {
    checkOptions("adadelta", notNegative, { lr, eps, weightDecay });
    checkOptions("adadelta", share, { rho });
  },
  state: () => states,
  step(p, g, state, { options: { lr, rho, eps, weightDecay } }) {
    const gradient = penalized(g, p, weightDecay);
    const square_avg = runningMeanSquare(state.square_avg!, gradient, rho);
    const delta = scope(() => state.acc_delta!.add(eps).div(square_avg.add(eps)).sqrt().mul(gradient));
    const acc_delta = runningMeanSquare(state.acc_delta!, delta, rho);
    return { p: p.sub(lr === 1 ? delta : delta.mul(lr)), state: { square_avg, acc_delta } };
  },
};

/**
 * Adadelta (torch.optim.Adadelta): steps in the units of the parameter, without a rate to tune.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { Adadelta } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1])) };
 * const optimizer = new Adadelta(model, { rho: 0.75, eps: 1 });
 * const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 * optimizer.step(grads);
 * (await model.weight.item()).toFixed(4); // => "-0.4142"
 * ```
 */
export class Adadelta extends Optimizer<AdadeltaOptions> {
  constructor(target: OptimizerTarget<AdadeltaOptions>, options: Partial<AdadeltaOptions> = {}) {
    super(adadelta, target, options);
  }
}
