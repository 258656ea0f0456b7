import { scope, sign } from "@nn/tensor";
import { checkOptions, fraction, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { runningMean, shrunk } from "./moments.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of Lion. */
export interface LionOptions extends OptimizerOptions {
  /** Share of the mean gradient in the direction, and decay of the mean gradient. Default [0.9, 0.99]. */
  readonly betas: readonly [number, number];
  /** Share of the parameter (times lr) that every step takes away. Default 0. */
  readonly weightDecay: number;
}

const states = ["exp_avg"] as const;

/** The rule of Lion (Chen et al., "Symbolic Discovery of Optimization Algorithms", 2023, algorithm 2). */
export const lion: OptimizerRule<LionOptions> = {
  name: "lion",
  elementwise: true,
  defaults: { lr: 1e-4, betas: [0.9, 0.99], weightDecay: 0 },
  check({ lr, betas, weightDecay }) {
    checkOptions("lion", notNegative, { lr, weightDecay });
    checkOptions("lion", fraction, { "betas[0]": betas[0], "betas[1]": betas[1] });
  },
  state: () => states,
  step(p, g, { exp_avg }, { options: { lr, betas, weightDecay } }) {
    const direction = scope(() => sign(runningMean(exp_avg!, g, betas[0])).mul(lr));
    const next = shrunk(p, lr, weightDecay).sub(direction);
    return { p: next, state: { exp_avg: runningMean(exp_avg!, g, betas[1]) } };
  },
};

/**
 * Lion: steps of the learning rate in every coordinate, by the sign of a momentum, with one state tensor. Use a third
 * to a tenth of the rate of AdamW, and three to ten times its weight decay.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { Lion } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, -200])) };
 * const optimizer = new Lion(model, { lr: 0.5 });
 * const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 * optimizer.step(grads);
 * await model.weight.array(); // => [0.5, -199.5]
 * ```
 */
export class Lion extends Optimizer<LionOptions> {
  constructor(target: OptimizerTarget<LionOptions>, options: Partial<LionOptions> = {}) {
    super(lion, target, options);
  }
}
