import {
  concat,
  defineOp,
  derivativesWanted,
  type Op,
  type SavingSequenceAttrs,
  type SequenceAttrs,
  sigmoid,
  split,
  stack,
  type Tensor,
  tanh,
  zerosLike,
} from "@nn/tensor";
import { checkSequence } from "./check-sequence.js";
import type { SequenceOptions } from "./options.js";
import { slopeOfSigmoid, slopeOfTanh } from "./slopes.js";
import { choose, isInside, statesBefore, stepOf, stepsOf, weightGradient } from "./steps.js";

/* Two ops with one kernel, as for the LSTM. */

const define = (rule: Pick<Parameters<typeof defineOp<SavingSequenceAttrs>>[0], "saves" | "vjp">) =>
  defineOp<SavingSequenceAttrs>({
    name: "gruSequence",
    infer: ([x, weight, bias, h0, lengths], { save }) => {
      checkSequence("gruSequence", 3, { x, weight, states: { h0 }, bias, lengths });
      const output = { dtype: x.dtype, shape: [x.shape[0], x.shape[1], weight.shape[1]] };
      return save ? [output, h0, x, output] : [output, h0];
    },
    composed: ([x, weight, bias, h0, lengths], { reverse, save }) => {
      const size = weight.shape[1];
      const turned = weight.transpose();
      const [outputs, gates, shares]: Tensor[][] = [[], [], []];
      let h = h0;
      for (const k of stepsOf(x.shape[1], reverse)) {
        const [xr, xz, xn] = split(stepOf(x, k), size, 1);
        const [hr, hz, share] = split(h.matmul(turned).add(bias), size, 1);
        const r = sigmoid(xr.add(hr));
        const z = sigmoid(xz.add(hz));
        const n = tanh(xn.add(r.mul(share)));
        const next = n.add(z.mul(h.sub(n)));
        const inside = isInside(lengths, k);
        outputs[k] = choose(inside, next, 0);
        h = choose(inside, next, h);
        if (save) [gates[k], shares[k]] = [concat([r, z, n], 1), share];
      }
      const results = [stack(outputs, 1), h];
      return save ? [...results, stack(gates, 1), stack(shares, 1)] : results;
    },
    ...rule,
  });

/**
 * `[x (n, t, 3h), weight (3h, h), bias (3h), h0 (n, h), lengths (n)?]` → output `(n, t, h)` and last state. Gates in the
 * order r, z, n; the reset gate is applied to the state's share of n, after its matrix and bias.
 */
const gruSequenceOp: Op<SavingSequenceAttrs> = define({});

/** The same with `save`: leaves the gates and shares that its gradient reads. */
const gruSequenceRecordedOp: Op<SavingSequenceAttrs> = define({
  saves: { inputs: [1, 3, 4], outputs: [0, 2, 3] },
  vjp: ({ grads: [gOutput, gState], inputs: [, weight, , h0, lengths], outputs: [output, , gates, shares], attrs }) => {
    const operands = [weight, h0, output, gates, shares, gOutput ?? zerosLike(output), gState ?? zerosLike(h0)];
    return gradientOp.callAll(
      lengths === undefined ? operands : [...operands, lengths],
      { reverse: attrs.reverse },
      { donate: [3] },
    );
  },
});

/** `[weight, h0, output, gates, shares, gOutput, gState, lengths?]` → gradients of x, weight, bias and h0. */
const gradientOp: Op<SequenceAttrs> = defineOp<SequenceAttrs>({
  name: "gruSequenceGrad",
  infer: ([weight, h0, , gates]) => [gates, weight, { dtype: weight.dtype, shape: [weight.shape[0]] }, h0],
  composed: ([weight, h0, output, gates, shares, gOutput, gState, lengths], { reverse }) => {
    const states = statesBefore(output, h0, reverse, lengths);
    const dx: Tensor[] = [];
    const dState: Tensor[] = [];
    let dh = gState;
    for (const k of stepsOf(output.shape[1], !reverse)) {
      const [r, z, n] = split(stepOf(gates, k), weight.shape[1], 1);
      const total = dh.add(stepOf(gOutput, k));
      const dn = total.mul(z.neg().add(1)).mul(slopeOfTanh(n));
      const dz = total.mul(stepOf(states, k).sub(n)).mul(slopeOfSigmoid(z));
      const dr = dn.mul(stepOf(shares, k)).mul(slopeOfSigmoid(r));
      const inside = isInside(lengths, k);
      const toState = concat([dr, dz, dn.mul(r)], 1);
      dx[k] = choose(inside, concat([dr, dz, dn], 1), 0);
      dState[k] = choose(inside, toState, 0);
      dh = choose(inside, toState.matmul(weight).add(total.mul(z)), dh);
    }
    const dGates = stack(dState, 1);
    return [stack(dx, 1), weightGradient(dGates, states), dGates.sum([0, 1]), dh];
  },
});

/**
 * Runs a GRU over whole sequences (the loop of torch.nn.GRU; Cho and others, 2014, with the reset gate after the matrix).
 *
 * @param x `(n, t, 3h)`: the inputs, projected, with their biases; gates in the order r, z, n
 * @param weight `(3h, h)`, multiplies the state
 * @param bias `(3h)`, added to that product
 * @param h0 `(n, h)`, the first state
 * @returns all states `(n, t, h)` and the last one `(n, h)`
 * @throws ShapeError or DTypeError when the operands do not fit.
 *
 * @example
 * ```ts
 * import { gruSequence } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * gruSequence(zeros([2, 7, 15]), zeros([15, 5]), zeros([15]), zeros([2, 5])).output.shape; // => [2, 7, 5]
 * ```
 */
export function gruSequence(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  h0: Tensor,
  options: SequenceOptions = {},
): { output: Tensor; state: Tensor } {
  const { reverse = false, lengths, consume = false, owner } = options;
  const operands = [x, weight, bias, h0, ...(lengths === undefined ? [] : [lengths])];
  const save = derivativesWanted(operands) === 1;
  const op = save ? gruSequenceRecordedOp : gruSequenceOp;
  const [output, state] = op.callAll(operands, { reverse, save }, consume ? { owner, donate: [0] } : { owner });
  return { output, state };
}
