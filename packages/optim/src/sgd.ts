import { type CallOptions, DataError, type Tensor } from "@nn/tensor";
import { checkOptions, notNegative } from "./check-options.js";
import type { OptimizerTarget } from "./groups.js";
import { Optimizer } from "./optimizer.js";
import type { OptimizerOptions, OptimizerRule, StepContext } from "./rule.js";
import { sgdStep } from "./sgd-step.js";

/** Hyper-parameters of SGD. */
export interface SGDOptions extends OptimizerOptions {
  /** Share of the last direction that is kept. Default 0. */
  readonly momentum: number;
  /** Share of the gradient that is left out of the direction. Default 0. */
  readonly dampening: number;
  /** Nesterov's momentum: looks one step ahead. Default false. */
  readonly nesterov: boolean;
  /** L2 penalty: this share of the parameter is added to the gradient. Default 0. */
  readonly weightDecay: number;
}

const momentumState = ["momentum_buffer"] as const;

function step(tensors: readonly Tensor[], { options, step }: StepContext<SGDOptions>, call: CallOptions): Tensor[] {
  const { lr, momentum, dampening, nesterov, weightDecay } = options;
  const scalars = [lr, momentum, dampening, weightDecay, step === 1 ? 1 : 0];
  return sgdStep.callAll(tensors, { nesterov, hasMomentum: momentum !== 0 }, { ...call, scalars });
}

/** The rule of stochastic gradient descent, as PyTorch has it. */
export const sgd: OptimizerRule<SGDOptions> = {
  name: "sgd",
  defaults: { lr: 1e-3, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 },
  check({ lr, momentum, dampening, nesterov, weightDecay }) {
    checkOptions("sgd", notNegative, { lr, momentum, weightDecay });
    if (!nesterov || (momentum > 0 && dampening === 0)) return;
    throw new DataError({
      where: "sgd",
      problem: "nesterov needs momentum, and no dampening",
      rows: [["got", `momentum ${momentum}, dampening ${dampening}`]],
      fix: "set momentum (0.9, say) and leave dampening out",
    });
  },
  state: ({ momentum }) => (momentum === 0 ? [] : momentumState),
  step(p, g, state, context) {
    const names = this.state(context.options);
    const [next, ...values] = step([p, g, ...names.map((name) => state[name]!)], context, {});
    return { p: next!, state: Object.fromEntries(names.map((name, i) => [name, values[i]!])) };
  },
  fused: step,
};

/**
 * Stochastic gradient descent with momentum (torch.optim.SGD).
 *
 * @throws DataError when a hyper-parameter makes no sense or there is nothing to train.
 *
 * @example
 * ```ts
 * import { SGD } from "@nn/optim";
 * import { Parameter, tensor, valueAndGrad } from "@nn/tensor";
 *
 * const model = { weight: new Parameter(tensor([1, 2])) };
 * const optimizer = new SGD(model, { lr: 0.25, momentum: 0.5 });
 * for (let i = 0; i < 2; i++) {
 *   const { grads } = valueAndGrad(model, () => model.weight.square().sum());
 *   optimizer.step(grads);
 * }
 * await model.weight.array(); // => [0, 0]
 * ```
 */
export class SGD extends Optimizer<SGDOptions> {
  constructor(target: OptimizerTarget<SGDOptions>, options: Partial<SGDOptions> & Pick<SGDOptions, "lr">) {
    super(sgd, target, options);
  }
}
