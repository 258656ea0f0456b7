import { scope, type Tensor } from "@nn/tensor";

/*
 * The parts that the rules share. Each frees what it makes on the way, so that the next part finds the memory still in
 * the cache.
 */

/** The gradient with the L2 penalty in it. */
export function penalized(g: Tensor, p: Tensor, weightDecay: number): Tensor {
  return weightDecay === 0 ? g : scope(() => g.add(p.mul(weightDecay)));
}

/** `p - lr * weightDecay * p`: the decay of AdamW, which no gradient sees. */
export function shrunk(p: Tensor, lr: number, weightDecay: number): Tensor {
  return weightDecay === 0 ? p : p.mul(1 - lr * weightDecay);
}

/** The running mean `beta * mean + (1 - beta) * value`. */
export function runningMean(mean: Tensor, value: Tensor, beta: number): Tensor {
  return scope(() => mean.mul(beta).add(value.mul(1 - beta)));
}

/** The running mean of squares. */
export function runningMeanSquare(mean: Tensor, value: Tensor, beta: number): Tensor {
  return scope(() => mean.mul(beta).add(value.square().mul(1 - beta)));
}
