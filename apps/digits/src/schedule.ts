import type { Optimizer, OptimizerStateDict } from "@nn/optim";
import type { Gradients } from "@nn/tensor";
import type { FitOptimizer } from "@nn/train";

/** Part of the steps in which the learning rate rises, and what it starts from. */
const warmUp = 0.2;
const start = 0.04;

/**
 * The learning rate of a step: a straight rise to the highest rate, then half a cosine down to nothing (a one-cycle
 * policy; Smith and Topin, "Super-Convergence", 2018).
 *
 * @param step from 0 to `steps - 1`
 */
export function oneCycle(step: number, steps: number, highest: number): number {
  const done = (step + 1) / steps;
  if (done < warmUp) return highest * (start + ((1 - start) * done) / warmUp);
  return (highest / 2) * (1 + Math.cos((Math.PI * (done - warmUp)) / (1 - warmUp))) + highest * 1e-3;
}

/** An optimizer whose learning rate follows the step: also after a resume, since it counts with the optimizer's state. */
export class ScheduledOptimizer implements FitOptimizer {
  readonly #optimizer: Optimizer;
  readonly #rate: (step: number) => number;
  #step = 0;

  /** @param rate the learning rate of a step, from 0 */
  constructor(optimizer: Optimizer, rate: (step: number) => number) {
    this.#optimizer = optimizer;
    this.#rate = rate;
  }

  get lr(): number {
    return this.#optimizer.lr;
  }
  set lr(value: number) {
    this.#optimizer.lr = value;
  }
  step(grads: Gradients): void {
    this.lr = this.#rate(this.#step++);
    this.#optimizer.step(grads);
  }
  stateDict(): OptimizerStateDict {
    return this.#optimizer.stateDict();
  }
  loadStateDict(dict: OptimizerStateDict): void {
    this.#optimizer.loadStateDict(dict);
    this.#step = Math.max(0, ...Object.values(dict.steps));
  }
}
