import type { CallOptions, Tensor } from "@nn/tensor";
import { adamStep } from "./adam-step.js";
import { checkOptions, fraction, notNegative } from "./check-options.js";
import type { OptimizerOptions, OptimizerRule, StepContext } from "./rule.js";

/** Hyper-parameters of Adam and AdamW. */
export interface AdamOptions extends OptimizerOptions {
  /** Decay of the running mean of the gradient and of its square. Default [0.9, 0.999]. */
  readonly betas: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  readonly eps: number;
  /** Adam: L2 penalty, default 0. AdamW: share of the parameter (times lr) that every step takes away, default 0.01. */
  readonly weightDecay: number;
  /** Divides by the largest mean square so far instead of the current one. Default false. */
  readonly amsgrad: boolean;
}

const states = ["exp_avg", "exp_avg_sq"] as const;
const amsgradStates = [...states, "max_exp_avg_sq"] as const;

/** Adam and AdamW differ in where the weight decay goes. */
export function adamRule(name: string, decoupled: boolean, weightDecay: number): OptimizerRule<AdamOptions> {
  const fused = (
    tensors: readonly Tensor[],
    { options, step }: StepContext<AdamOptions>,
    call: CallOptions,
  ): Tensor[] => {
    const { lr, betas, eps, amsgrad } = options;
    const scalars = [lr, betas[0], betas[1], eps, options.weightDecay, step];
    return adamStep.callAll(tensors, { amsgrad, decoupled }, { ...call, scalars });
  };
  return {
    name,
    defaults: { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8, weightDecay, amsgrad: false },
    check({ lr, betas, eps, weightDecay }) {
      checkOptions(name, notNegative, { lr, eps, weightDecay });
      checkOptions(name, fraction, { "betas[0]": betas[0], "betas[1]": betas[1] });
    },
    state: ({ amsgrad }) => (amsgrad ? amsgradStates : states),
    step(p, g, state, context) {
      const names = this.state(context.options);
      const [next, ...values] = fused([p, g, ...names.map((key) => state[key]!)], context, {});
      return { p: next!, state: Object.fromEntries(names.map((key, i) => [key, values[i]!])) };
    },
    fused,
  };
}
