import { arange, concat, type Tensor, where } from "@nn/tensor";

/** The steps of a sequence in the order in which a layer takes them. */
export function stepsOf(count: number, reverse: boolean): number[] {
  const steps = Array.from({ length: count }, (_, k) => k);
  return reverse ? steps.reverse() : steps;
}

/** Step `k` of `(n, t, …)`, without the time axis. */
export function stepOf(x: Tensor, k: number): Tensor {
  return x.slice(1, k, k + 1).squeeze(1);
}

/** Where step `k` lies within its sequence, `(n, 1, …)` of a rank; undefined when sequences have no lengths. */
export function isInside(lengths: Tensor | undefined, k: number, rank = 2): Tensor | undefined {
  return lengths?.greater(k).reshape([lengths.shape[0], ...new Array<number>(rank - 1).fill(1)]);
}

/** `a` inside of the sequences, `b` behind them. */
export function choose(inside: Tensor | undefined, a: Tensor, b: Tensor | number): Tensor {
  return inside === undefined ? a : where(inside, a, b);
}

/**
 * The state before each step `(n, t, h)`, told from the outputs. Behind the end of a sequence the output is 0, though
 * the state is not; only a reversed layer reads there, at its first step, and is given the first state instead.
 */
export function statesBefore(output: Tensor, first: Tensor, reverse: boolean, lengths: Tensor | undefined): Tensor {
  const t = output.shape[1];
  const start = first.unsqueeze(1);
  if (!reverse) return concat([start, output.slice(1, 0, t - 1)], 1);
  const shifted = concat([output.slice(1, 1, t), start], 1);
  if (lengths === undefined) return shifted;
  const steps = arange(t, { dtype: "i32", backend: output.backend });
  const begins = lengths.sub(1).unsqueeze(1).equal(steps);
  return where(begins.unsqueeze(2), start, shifted);
}

/** The gradient of a weight that multiplied the state at every step: `gates (n, t, g)` and the states `(n, t, h)` → `(g, h)`. */
export function weightGradient(gates: Tensor, states: Tensor): Tensor {
  const [n, t, wide] = gates.shape;
  return gates
    .reshape([n * t, wide])
    .transpose()
    .matmul(states.reshape([n * t, states.shape[2]]));
}
