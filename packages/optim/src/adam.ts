import { type AdamOptions, adamRule } from "./adam-rule.js";
import type { OptimizerTarget } from "./groups.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerRule } from "./rule.js";

/** The rule of Adam (Kingma and Ba, "Adam: A Method for Stochastic Optimization", 2015), as PyTorch has it. */
export const adam: OptimizerRule<AdamOptions> = /* @__PURE__ */ adamRule("adam", false, 0);

/**
 * Adam (torch.optim.Adam): steps of about the learning rate in every coordinate, whatever the scale of the gradient.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { Adam } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, -200])) };
 * const optimizer = new Adam(model, { lr: 0.5 });
 * const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 * optimizer.step(grads);
 * await model.weight.array(); // => [0.5, -199.5]
 * ```
 */
export class Adam extends Optimizer<AdamOptions> {
  constructor(target: OptimizerTarget<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(adam, target, options);
  }
}
