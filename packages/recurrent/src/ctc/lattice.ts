import {
  arange,
  concat,
  full,
  gather,
  logicalAnd,
  logicalOr,
  maximum,
  stopGradient,
  type Tensor,
  where,
} from "@nn/tensor";

/*
 * The states that an alignment passes: the labels of a target with a blank before, between and behind them, 2s + 1 in all
 * (Graves et al., 2006). A step stays in its state, goes one on, or two, over a blank between labels that differ.
 */

/** The logarithm of a probability of 0. Not -Infinity, which would become NaN on the way. */
export const never = -1e30;

/** The states of a batch of targets, `(n, 2s + 1)` each. */
export interface Lattice {
  /** i32 */
  readonly labels: Tensor;
  /** 0 where a step of two may end, `never` elsewhere. */
  readonly skips: Tensor;
  /** 0 where an alignment may end, `never` elsewhere. */
  readonly ends: Tensor;
}

/** The states of targets `(n, s)`; what stands behind a target's length does not count. */
export function latticeOf(targets: Tensor, targetLengths: Tensor, blank: number, dtype: "f32" | "f64"): Lattice {
  const [n, s] = targets.shape as readonly number[];
  const { backend } = targets;
  const blanks = (count: number) => full([n, count], blank, { dtype: "i32", backend });
  const counted = where(lengthColumn(targetLengths).greater(arange(s, { dtype: "i32", backend })), targets, blank);
  const pairs = concat([blanks(s).unsqueeze(2), counted.unsqueeze(2)], 2).reshape([n, 2 * s]);
  const labels = concat([pairs, blanks(1)], 1);
  // Two places before: another label, or nothing, which a blank stands for.
  const before = concat([blanks(2), labels], 1).slice(1, 0, 2 * s + 1);
  const places = arange(2 * s + 1, { dtype: "i32", backend });
  const last = lengthColumn(targetLengths).mul(2);
  const bias = (allowed: Tensor) => allowed.cast(dtype).sub(1).mul(-never);
  return {
    labels,
    skips: bias(logicalAnd(labels.notEqual(blank), labels.notEqual(before))),
    ends: bias(logicalOr(last.equal(places), last.sub(1).equal(places))),
  };
}

/** The log-probability of each state at each step, `(n, t, 2s + 1)`. */
export function emissionsOf(logProbs: Tensor, { labels }: Lattice): Tensor {
  return maximum(gather(logProbs, 2, everyStep(labels, logProbs.shape[1])), never);
}

/** `(n, m)` → `(n, t, m)` */
export function everyStep(x: Tensor, t: number): Tensor {
  const [n, m] = x.shape as readonly number[];
  return x.unsqueeze(1).expand([n, t, m]);
}

/** `log(exp(a) + exp(b) + exp(c))` */
export function logAddExp3(a: Tensor, b: Tensor, c: Tensor): Tensor {
  // A constant: what it adds to the gradient is 0 in sum.
  const top = stopGradient(maximum(maximum(a, b), c));
  return a.sub(top).exp().add(b.sub(top).exp()).add(c.sub(top).exp()).log().add(top);
}

function lengthColumn(lengths: Tensor): Tensor {
  return lengths.unsqueeze(1);
}
