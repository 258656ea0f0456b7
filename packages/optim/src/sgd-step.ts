import { defineOp, type Tensor, type TensorGroup } from "@nn/tensor";
import { composeGroups, inferStep } from "./step-op.js";

/** Which variant of SGD `sgdStep` runs. */
export interface SgdStepAttrs {
  readonly nesterov: boolean;
  readonly hasMomentum: boolean;
}

/**
 * Groups `[p, g]` → `[p]`, with momentum `[p, g, buffer]` → `[p, buffer]`. Scalars: lr, momentum, dampening,
 * weightDecay, first (1 in the first step).
 */
export const sgdStep = /* @__PURE__ */ defineOp<SgdStepAttrs>({
  name: "sgdStep",
  group: groupOf,
  infer: (inputs, attrs) => inferStep("sgdStep", inputs, groupOf(attrs)),
  composed: (inputs, attrs, scalars) =>
    composeGroups(inputs, groupOf(attrs), ([p, g, buffer]) => step(p!, g!, buffer, attrs, scalars)),
  vjp: null,
});

function groupOf({ hasMomentum }: SgdStepAttrs): TensorGroup {
  return hasMomentum ? { inputs: 3, outputs: 2 } : { inputs: 2, outputs: 1 };
}

function step(
  p: Tensor,
  g: Tensor,
  buffer: Tensor | undefined,
  { nesterov }: SgdStepAttrs,
  scalars: readonly number[],
): Tensor[] {
  const [lr, momentum, dampening, weightDecay, first] = scalars as [number, number, number, number, number];
  const gradient = weightDecay === 0 ? g : g.add(p.mul(weightDecay));
  if (buffer === undefined) return [p.sub(gradient.mul(lr))];
  // The first step takes the gradient as it is, without dampening.
  const next = first === 1 ? gradient : buffer.mul(momentum).add(gradient.mul(1 - dampening));
  const direction = nesterov ? gradient.add(next.mul(momentum)) : next;
  return [p.sub(direction.mul(lr)), next];
}
