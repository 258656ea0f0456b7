import { defineOp, maximum, sqrt, type Tensor, type TensorGroup } from "@nn/tensor";
import { composeGroups, inferStep } from "./step-op.js";

/** Which variant of Adam `adamStep` runs. */
export interface AdamStepAttrs {
  readonly amsgrad: boolean;
  /** AdamW: decay applied to the parameter instead of added to the gradient. */
  readonly decoupled: boolean;
}

/**
 * Groups `[p, g, m, v]` → `[p, m, v]`, with AMSGrad `[p, g, m, v, vMax]` → `[p, m, v, vMax]`. Scalars: lr, beta1, beta2,
 * eps, weightDecay, step (from 1).
 */
export const adamStep = /* @__PURE__ */ defineOp<AdamStepAttrs>({
  name: "adamStep",
  group: groupOf,
  infer: (inputs, attrs) => inferStep("adamStep", inputs, groupOf(attrs)),
  composed: (inputs, attrs, scalars) =>
    composeGroups(inputs, groupOf(attrs), (tensors) => step(tensors, attrs, scalars)),
  vjp: null,
});

function groupOf({ amsgrad }: AdamStepAttrs): TensorGroup {
  return amsgrad ? { inputs: 5, outputs: 4 } : { inputs: 4, outputs: 3 };
}

function step(tensors: readonly Tensor[], { decoupled }: AdamStepAttrs, scalars: readonly number[]): Tensor[] {
  const [p, g, m, v, vMax] = tensors as [Tensor, Tensor, Tensor, Tensor, Tensor | undefined];
  const [lr, beta1, beta2, eps, weightDecay, count] = scalars as [number, number, number, number, number, number];
  const gradient = decoupled || weightDecay === 0 ? g : g.add(p.mul(weightDecay));
  const shrunk = decoupled && weightDecay !== 0 ? p.mul(1 - lr * weightDecay) : p;
  const nextM = m.mul(beta1).add(gradient.mul(1 - beta1));
  const nextV = v.mul(beta2).add(gradient.mul(1 - beta2).mul(gradient));
  const top = vMax === undefined ? nextV : maximum(vMax, nextV);
  const denominator = sqrt(top)
    .div(Math.sqrt(1 - beta2 ** count))
    .add(eps);
  const next = shrunk.sub(nextM.mul(lr / (1 - beta1 ** count)).div(denominator));
  return vMax === undefined ? [next, nextM, nextV] : [next, nextM, nextV, top];
}
