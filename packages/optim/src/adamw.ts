import { type AdamOptions, adamRule } from "./adam-rule.js";
import type { OptimizerTarget } from "./groups.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerRule } from "./rule.js";

/** The rule of AdamW (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", 2019), as PyTorch has it. */
export const adamW: OptimizerRule<AdamOptions> = /* @__PURE__ */ adamRule("adamW", true, 0.01);

/**
 * Adam with decoupled weight decay (torch.optim.AdamW).
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { AdamW } from "@nn/optim";
 * import { Parameter, tensor } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, 2])), bias: new Parameter(tensor([0])) };
 * const optimizer = new AdamW([{ params: [model.weight] }, { params: [model.bias], weightDecay: 0 }], { lr: 0.01 });
 * optimizer.groups.map((group) => group.weightDecay); // => [0.01, 0]
 * ```
 */
export class AdamW extends Optimizer<AdamOptions> {
  constructor(target: OptimizerTarget<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(adamW, target, options);
  }
}
