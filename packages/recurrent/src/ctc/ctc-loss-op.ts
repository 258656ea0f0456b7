import {
  concat,
  defineOp,
  derivativesWanted,
  full,
  logicalAnd,
  logsumexp,
  type Op,
  scatterAdd,
  stack,
  type Tensor,
  where,
  zeros,
} from "@nn/tensor";
import { lengthsToMask } from "../lengths/lengths-to-mask.js";
import { choose, isInside, stepOf, stepsOf } from "../sequence/steps.js";
import { checkCtc } from "./check-ctc.js";
import { emissionsOf, everyStep, latticeOf, logAddExp3, never } from "./lattice.js";

interface CtcAttrs {
  readonly blank: number;
  /** Whether the log-probabilities of all states are an output too, for the gradient. */
  readonly save: boolean;
}

/*
 * Two ops with one composed form. The recorded one leaves what the gradient reads; the plain one is recorded part by
 * part, where derivatives of gradients are wanted.
 */

const define = (rule: Pick<Parameters<typeof defineOp<CtcAttrs>>[0], "saves" | "vjp">) =>
  defineOp<CtcAttrs>({
    name: "ctcLoss",
    infer: ([logProbs, targets, inputLengths, targetLengths], { blank, save }) => {
      checkCtc({ logProbs, targets, inputLengths, targetLengths }, blank);
      const [n, t] = logProbs.shape;
      const loss = { dtype: logProbs.dtype, shape: [n] };
      return save ? [loss, { dtype: logProbs.dtype, shape: [n, t, 2 * targets.shape[1] + 1] }] : loss;
    },
    composed: ([logProbs, targets, inputLengths, targetLengths], { blank, save }) => {
      const { dtype, backend } = logProbs;
      const [n, t, c] = logProbs.shape;
      const s = targets.shape[1];
      const lattice = latticeOf(targets, targetLengths, blank, logProbs.dtype as "f32" | "f64");
      const emissions = emissionsOf(logProbs, lattice);
      const nothing = full([n, 2], never, { dtype, backend });
      // Two places stand before the first state; an alignment comes from the one right before it.
      const start = full([n, 2 * s + 1], never, { dtype, backend });
      let wide = concat([full([n, 1], never, { dtype, backend }), zeros([n, 1], { dtype, backend }), start], 1);
      let alpha = start;
      const alphas: Tensor[] = [];
      for (const k of stepsOf(t, false)) {
        const twoBefore = wide.slice(1, 0, 2 * s + 1).add(lattice.skips);
        const next = logAddExp3(wide.slice(1, 2), wide.slice(1, 1, 2 * s + 2), twoBefore).add(stepOf(emissions, k));
        alpha = choose(isInside(inputLengths, k), next, alpha);
        wide = concat([nothing, alpha], 1);
        if (save) alphas.push(alpha);
      }
      const total = logsumexp(alpha.add(lattice.ends), 1);
      const possible = where(total.less(never / 2), Number.POSITIVE_INFINITY, total.neg());
      const withoutSteps = where(targetLengths.equal(0), zeros([n], { dtype, backend }), Number.POSITIVE_INFINITY);
      const { labels } = lattice;
      const known = logicalAnd(labels.greaterEqual(0), labels.less(c)).all(1);
      const told = logicalAnd(known, logicalAnd(inputLengths.lessEqual(t), targetLengths.lessEqual(s)));
      const loss = where(told, where(inputLengths.greater(0), possible, withoutSteps), Number.NaN);
      return save ? [loss, stack(alphas, 1)] : loss;
    },
    ...rule,
  });

/**
 * `[logProbs (n, t, c), targets (n, s), inputLengths (n), targetLengths (n)]` → the loss of each sequence `(n)`: the
 * forward algorithm over the states of the alignment, in logarithms.
 */
const ctcLossOp: Op<CtcAttrs> = define({});

/** The same with `save`. */
const ctcLossRecordedOp: Op<CtcAttrs> = define({
  saves: { outputs: true },
  vjp: ({ grads: [g], inputs, outputs: [loss, alphas], attrs }) => {
    if (g === undefined) return inputs.map(() => undefined);
    return [gradientOp.call([...inputs, alphas, loss, g], attrs), undefined, undefined, undefined];
  },
});

/**
 * `[logProbs, targets, inputLengths, targetLengths, alphas, loss, g]` → the gradient of logProbs: minus the probability
 * of being in a state of each class at each step, by the backward algorithm. 0 where no alignment is possible.
 */
const gradientOp: Op<CtcAttrs> = defineOp<CtcAttrs>({
  name: "ctcLossGrad",
  infer: ([logProbs]) => logProbs,
  composed: ([logProbs, targets, inputLengths, targetLengths, alphas, loss, g], { blank }) => {
    const { dtype, backend } = logProbs;
    const [n, t] = logProbs.shape;
    const states = 2 * targets.shape[1] + 1;
    const lattice = latticeOf(targets, targetLengths, blank, logProbs.dtype as "f32" | "f64");
    const emissions = emissionsOf(logProbs, lattice);
    const nothing = full([n, 2], never, { dtype, backend });
    // Two states are behind the last one: their skips are never taken.
    const skips = concat([lattice.skips, nothing], 1).slice(1, 2);
    const shown = loss.less(Number.POSITIVE_INFINITY).unsqueeze(1);
    const betas: Tensor[] = [];
    let beta = lattice.ends;
    for (const k of stepsOf(t, true)) {
      betas[k] = beta;
      const here = concat([beta.add(stepOf(emissions, k)), nothing], 1);
      const before = logAddExp3(here.slice(1, 0, states), here.slice(1, 1, states + 1), here.slice(1, 2).add(skips));
      beta = choose(isInside(inputLengths, k), before, beta);
    }
    const exponent = alphas.add(stack(betas, 1)).add(where(shown, loss.unsqueeze(1), 0).unsqueeze(1));
    const inside = logicalAnd(shown.unsqueeze(1), lengthsToMask(inputLengths, t).unsqueeze(2));
    const share = where(inside, exponent.exp(), 0).mul(g.neg().reshape([n, 1, 1]));
    return scatterAdd(zeros(logProbs.shape, { dtype, backend }), 2, everyStep(lattice.labels, t), share);
  },
});

/** The loss of each sequence; `ctcLoss` reduces it. */
export function ctcLosses(operands: readonly Tensor[], blank: number, owner: object | undefined): Tensor {
  const save = derivativesWanted(operands) === 1;
  return (save ? ctcLossRecordedOp : ctcLossOp).call(operands, { blank, save }, { owner });
}
