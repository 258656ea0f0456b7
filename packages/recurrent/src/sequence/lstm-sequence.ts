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

/*
 * Two ops with one kernel. The recorded one leaves its gates and cells for the gradient; the plain one leaves nothing,
 * and is recorded part by part, where derivatives of gradients are wanted.
 */

const define = (rule: Pick<Parameters<typeof defineOp<SavingSequenceAttrs>>[0], "saves" | "vjp">) =>
  defineOp<SavingSequenceAttrs>({
    name: "lstmSequence",
    infer: ([x, weight, h0, c0, lengths], { save }) => {
      checkSequence("lstmSequence", 4, { x, weight, states: { h0, c0 }, lengths });
      const output = { dtype: x.dtype, shape: [x.shape[0], x.shape[1], weight.shape[1]] };
      return save ? [output, h0, c0, x, output] : [output, h0, c0];
    },
    composed: ([x, weight, h0, c0, lengths], { reverse, save }) => {
      const turned = weight.transpose();
      const [outputs, gates, cells]: Tensor[][] = [[], [], []];
      let [h, c] = [h0, c0];
      for (const k of stepsOf(x.shape[1], reverse)) {
        const [i, f, g, o] = activate(stepOf(x, k).add(h.matmul(turned)));
        const inside = isInside(lengths, k);
        const cell = f.mul(c).add(i.mul(g));
        const next = o.mul(tanh(cell));
        outputs[k] = choose(inside, next, 0);
        h = choose(inside, next, h);
        c = choose(inside, cell, c);
        if (save) [gates[k], cells[k]] = [concat([i, f, g, o], 1), c];
      }
      const results = [stack(outputs, 1), h, c];
      return save ? [...results, stack(gates, 1), stack(cells, 1)] : results;
    },
    ...rule,
  });

/**
 * `[x (n, t, 4h), weight (4h, h), h0 (n, h), c0 (n, h), lengths (n)?]` → output `(n, t, h)`, last h and last c. Gates in
 * the order i, f, g, o.
 */
const lstmSequenceOp: Op<SavingSequenceAttrs> = define({});

/** The same with `save`: leaves the gates and cells that its gradient reads. */
const lstmSequenceRecordedOp: Op<SavingSequenceAttrs> = define({
  saves: { inputs: [1, 2, 3, 4], outputs: [0, 3, 4] },
  vjp: ({
    grads: [gOutput, gH, gC],
    inputs: [, weight, h0, c0, lengths],
    outputs: [output, , , gates, cells],
    attrs,
  }) => {
    const gradients = [gOutput ?? zerosLike(output), gH ?? zerosLike(h0), gC ?? zerosLike(c0)];
    const operands = [weight, h0, c0, output, gates, cells, ...gradients];
    return gradientOp.callAll(
      lengths === undefined ? operands : [...operands, lengths],
      { reverse: attrs.reverse },
      { donate: [4] },
    );
  },
});

/** `[weight, h0, c0, output, gates, cells, gOutput, gH, gC, lengths?]` → gradients of x, weight, h0 and c0. */
const gradientOp: Op<SequenceAttrs> = defineOp<SequenceAttrs>({
  name: "lstmSequenceGrad",
  infer: ([weight, h0, c0, , gates]) => [gates, weight, h0, c0],
  composed: ([weight, h0, c0, output, gates, cells, gOutput, gH, gC, lengths], { reverse }) => {
    const t = output.shape[1];
    const dx: Tensor[] = [];
    let [dh, dc] = [gH, gC];
    for (const k of stepsOf(t, !reverse)) {
      const before = reverse ? k + 1 : k - 1;
      const [i, f, g, o] = split(stepOf(gates, k), weight.shape[1], 1);
      const total = dh.add(stepOf(gOutput, k));
      const squashed = tanh(stepOf(cells, k));
      const dCell = dc.add(total.mul(o).mul(slopeOfTanh(squashed)));
      const dz = concat(
        [
          dCell.mul(g).mul(slopeOfSigmoid(i)),
          dCell.mul(before < 0 || before === t ? c0 : stepOf(cells, before)).mul(slopeOfSigmoid(f)),
          dCell.mul(i).mul(slopeOfTanh(g)),
          total.mul(squashed).mul(slopeOfSigmoid(o)),
        ],
        1,
      );
      const inside = isInside(lengths, k);
      dx[k] = choose(inside, dz, 0);
      dh = choose(inside, dz.matmul(weight), dh);
      dc = choose(inside, dCell.mul(f), dc);
    }
    const dGates = stack(dx, 1);
    return [dGates, weightGradient(dGates, statesBefore(output, h0, reverse, lengths)), dh, dc];
  },
});

function activate(z: Tensor): Tensor[] {
  const [i, f, g, o] = split(z, z.shape[1] / 4, 1);
  return [sigmoid(i), sigmoid(f), tanh(g), sigmoid(o)];
}

/** The state of an LSTM, `(n, h)` each. A type and no interface, so that it is a `RecurrentState`. */
export type LstmState = {
  readonly h: Tensor;
  readonly c: Tensor;
};

/**
 * Runs an LSTM over whole sequences (the loop of torch.nn.LSTM; Hochreiter and Schmidhuber, 1997).
 *
 * @param x `(n, t, 4h)`: the inputs, projected, with their biases; gates in the order i, f, g, o
 * @param weight `(4h, h)`, multiplies h
 * @param state the first h and c, `(n, h)` each
 * @returns all h `(n, t, h)`, and the last h and c
 * @throws ShapeError or DTypeError when the operands do not fit.
 *
 * @example
 * ```ts
 * import { lstmSequence } from "@nn/recurrent";
 * import { zeros } from "@nn/tensor";
 *
 * const state = { h: zeros([2, 5]), c: zeros([2, 5]) };
 * lstmSequence(zeros([2, 7, 20]), zeros([20, 5]), state).output.shape; // => [2, 7, 5]
 * ```
 */
export function lstmSequence(
  x: Tensor,
  weight: Tensor,
  state: LstmState,
  options: SequenceOptions = {},
): { output: Tensor; state: LstmState } {
  const { reverse = false, lengths, consume = false, owner } = options;
  const operands = [x, weight, state.h, state.c, ...(lengths === undefined ? [] : [lengths])];
  const save = derivativesWanted(operands) === 1;
  const op = save ? lstmSequenceRecordedOp : lstmSequenceOp;
  const [output, h, c] = op.callAll(operands, { reverse, save }, consume ? { owner, donate: [0] } : { owner });
  return { output, state: { h, c } };
}
