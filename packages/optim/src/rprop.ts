import { DataError, full, maximum, minimum, sign, where } from "@nn/tensor";
import { checkOptions, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule } from "./rule.js";

/** Hyper-parameters of Rprop; `lr` is the first step of every element. */
export interface RpropOptions extends OptimizerOptions {
  /** Factors of a step: after the gradient turned round (below 1), and while it keeps its sign. Default [0.5, 1.2]. */
  readonly etas: readonly [number, number];
  /** The smallest and the largest step. Default [1e-6, 50]. */
  readonly stepSizes: readonly [number, number];
}

const states = ["prev", "step_size"] as const;

/** The rule of Rprop (Riedmiller and Braun, "A direct adaptive method for faster backpropagation", 1993), as PyTorch has it. */
export const rprop: OptimizerRule<RpropOptions> = {
  name: "rprop",
  elementwise: true,
  defaults: { lr: 1e-2, etas: [0.5, 1.2], stepSizes: [1e-6, 50] },
  check({ lr, etas, stepSizes }) {
    checkOptions("rprop", notNegative, { lr, "stepSizes[0]": stepSizes[0], "stepSizes[1]": stepSizes[1] });
    if (etas[0] > 0 && etas[0] < 1 && etas[1] > 1 && etas[1] < Number.POSITIVE_INFINITY) return;
    throw new DataError({
      where: "rprop",
      problem: "etas make no sense",
      rows: [["expected", "a factor from 0 to 1, and one above 1", `got [${etas.join(", ")}]`]],
      fix: "correct etas: [0.5, 1.2]",
    });
  },
  state: () => states,
  init: (p, { lr }) => {
    const { shape, dtype, backend } = p;
    return { prev: full(shape, 0, { dtype, backend }), step_size: full(shape, lr, { dtype, backend }) };
  },
  step(p, g, state, { options: { etas, stepSizes } }) {
    const agreement = g.mul(state.prev!);
    const turned = agreement.less(0);
    const before = state.step_size!;
    const grown = where(agreement.greater(0), before.mul(etas[1]), before);
    const step_size = minimum(maximum(where(turned, before.mul(etas[0]), grown), stepSizes[0]), stepSizes[1]);
    // Where the gradient turned round nothing moves, and the next step neither grows nor shrinks.
    const prev = where(turned, 0, g);
    return { p: p.sub(sign(prev).mul(step_size)), state: { prev, step_size } };
  },
};

/**
 * Rprop (torch.optim.Rprop): moves by the sign of the gradient, each element in steps of its own that grow while the sign
 * stays and shrink when it turns. For gradients of all the data; on batches the signs mean little.
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { Rprop } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, -200])) };
 * const optimizer = new Rprop(model, { lr: 0.5, etas: [0.5, 2] });
 * for (let i = 0; i < 2; i++) optimizer.step(valueAndGrad(model, () => model.weight.square().sum()).grads);
 * await model.weight.array(); // => [-0.5, -198.5]
 * ```
 */
export class Rprop extends Optimizer<RpropOptions> {
  constructor(target: OptimizerTarget<RpropOptions>, options: Partial<RpropOptions> = {}) {
    super(rprop, target, options);
  }
}
