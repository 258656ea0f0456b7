import { defineOp, type Op, type RnnSequenceAttrs, relu, stack, type Tensor, tanh, where, zerosLike } from "@nn/tensor";
import { checkSequence } from "./check-sequence.js";
import type { SequenceOptions } from "./options.js";
import { slopeOfTanh } from "./slopes.js";
import { choose, isInside, statesBefore, stepOf, stepsOf, weightGradient } from "./steps.js";

/**
 * `[x (n, t, h), weight (h, h), h0 (n, h), lengths (n)?]` → output `(n, t, h)` and last state `(n, h)`. Behind a
 * sequence's length the output is 0 and the state stays. Its gradient needs nothing but the output.
 */
const rnnSequenceOp: Op<RnnSequenceAttrs> = defineOp<RnnSequenceAttrs>({
  name: "rnnSequence",
  infer: ([x, weight, h0, lengths]) => {
    checkSequence("rnnSequence", 1, { x, weight, states: { h0 }, lengths });
    return [x, h0];
  },
  composed: ([x, weight, h0, lengths], { activation, reverse }) => {
    const turned = weight.transpose();
    const outputs: Tensor[] = [];
    let h = h0;
    for (const k of stepsOf(x.shape[1], reverse)) {
      const z = stepOf(x, k).add(h.matmul(turned));
      const next = activation === "tanh" ? tanh(z) : relu(z);
      const inside = isInside(lengths, k);
      outputs[k] = choose(inside, next, 0);
      h = choose(inside, next, h);
    }
    return [stack(outputs, 1), h];
  },
  saves: { inputs: [1, 2, 3], outputs: [0] },
  vjp: ({ grads: [gOutput, gState], inputs: [, weight, h0, lengths], outputs: [output], attrs }) => {
    const operands = [weight, h0, output, gOutput ?? zerosLike(output), gState ?? zerosLike(h0)];
    return rnnSequenceGradOp.callAll(lengths === undefined ? operands : [...operands, lengths], attrs);
  },
});

/** `[weight, h0, output, gOutput, gState, lengths?]` → gradients of x, weight and h0. */
const rnnSequenceGradOp: Op<RnnSequenceAttrs> = defineOp<RnnSequenceAttrs>({
  name: "rnnSequenceGrad",
  infer: ([weight, h0, output]) => [output, weight, h0],
  composed: ([weight, h0, output, gOutput, gState, lengths], { activation, reverse }) => {
    const dx: Tensor[] = [];
    let dh = gState;
    for (const k of stepsOf(output.shape[1], !reverse)) {
      const inside = isInside(lengths, k);
      const y = stepOf(output, k);
      const total = dh.add(stepOf(gOutput, k));
      const dz = activation === "tanh" ? total.mul(slopeOfTanh(y)) : where(y.greater(0), total, 0);
      dx[k] = choose(inside, dz, 0);
      dh = choose(inside, dz.matmul(weight), dh);
    }
    const gates = stack(dx, 1);
    return [gates, weightGradient(gates, statesBefore(output, h0, reverse, lengths)), dh];
  },
});

/** How `rnnSequence` is called. */
export interface RnnSequenceOptions extends SequenceOptions {
  /** Default "tanh". */
  readonly activation?: "tanh" | "relu";
}

/**
 * Runs a simple recurrent layer over whole sequences: `h' = activation(x + weight · h)` (the loop of torch.nn.RNN).
 *
 * @param x `(n, t, h)`: the inputs, projected, with their biases
 * @param weight `(h, h)`, multiplies the state
 * @param h0 `(n, h)`, the first state
 * @returns all states `(n, t, h)` and the last one `(n, h)`
 * @throws ShapeError or DTypeError when the operands do not fit.
 *
 * @example
 * ```ts
 * import { rnnSequence } from "@nn/recurrent";
 * import { tensor, zeros } from "@nn/tensor";
 *
 * const { output } = rnnSequence(tensor([[[1], [2]]]), tensor([[0.5]]), zeros([1, 1]), { activation: "relu" });
 * await output.array(); // => [[[1], [2.5]]]
 * ```
 */
export function rnnSequence(
  x: Tensor,
  weight: Tensor,
  h0: Tensor,
  options: RnnSequenceOptions = {},
): { output: Tensor; state: Tensor } {
  const { activation = "tanh", reverse = false, lengths, owner } = options;
  const operands = lengths === undefined ? [x, weight, h0] : [x, weight, h0, lengths];
  const [output, state] = rnnSequenceOp.callAll(operands, { activation, reverse }, { owner });
  return { output, state };
}
