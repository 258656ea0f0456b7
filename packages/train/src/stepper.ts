import { clipGradNorm, clipGradValue } from "@nn/optim";
import { clone, type Gradients, isTensor, scope, type Tensor, type Tree, valueAndGrad } from "@nn/tensor";
import { addGradients } from "./add-gradients.js";
import { readNow } from "./evaluate-model.js";
import type { FitOptions, LossResult, Metrics, Rest } from "./fit-options.js";
import { lossParts, lossWeight } from "./loss-parts.js";
import type { Measurement } from "./metric.js";
import type { Measured } from "./read-queue.js";

/** How a training looks at a batch. */
export interface StepHooks<B, R> {
  /** What the scoreboard wants to know. */
  measure(batch: B, rest: Rest<R>): Measurement[];
  /** Throws when the loss is not to be trained on. */
  check(loss: number): void;
  /** The optimizer has made a step. */
  stepped(): void;
}

/** Forward, backward and step; gathers gradients over several batches where the options say so. */
export class Stepper<M extends Tree, B, R extends LossResult, Ms extends Metrics<B, Rest<R>>> {
  readonly #model: M;
  readonly #options: FitOptions<M, B, R, Ms>;
  readonly #hooks: StepHooks<B, R>;
  #pending: Gradients | null = null;
  /** Sum of the weights of the gradients that wait, where the losses have weights. */
  #weight: Tensor | null = null;
  #accumulated = 0;

  constructor(model: M, options: FitOptions<M, B, R, Ms>, hooks: StepHooks<B, R>) {
    this.#model = model;
    this.#options = options;
    this.#hooks = hooks;
  }

  /** Whether gradients wait for their step. */
  get waits(): boolean {
    return this.#pending !== null;
  }

  /** Takes a batch, and the optimizer's step if it is time. Gives the loss, and what the metrics measured. */
  run(batch: B): Measured {
    const { accumulate = 1, loss } = this.#options;
    const { measured, pending, weight } = scope(() => {
      const out = valueAndGrad(this.#model, () => lossParts("fit", loss(this.#model, batch)));
      const measured = readNow(out.loss, this.#hooks.measure(batch, out.rest));
      // Where the number is at hand, a loss that is not finite does not reach the weights.
      const now = measured[0]!;
      if (!isTensor(now)) this.#hooks.check(now.data[0]!);
      if (accumulate > 1) return { measured, ...this.#gather(out.grads, lossWeight(out.rest)) };
      this.#move(out.grads);
      return { measured, pending: null, weight: null };
    });
    if (pending === null) return measured;
    this.#pending?.dispose();
    this.#weight?.dispose();
    this.#pending = pending;
    this.#weight = weight;
    if (++this.#accumulated === accumulate) this.flush();
    return measured;
  }

  /** Steps by the mean of the gradients that wait: by the weights of their losses, if those have any. */
  flush(): void {
    const pending = this.#pending;
    if (pending === null) return;
    const share = this.#accumulated;
    scope(() => this.#move(pending.map((gradient) => gradient.div(this.#weight ?? share))));
    this.dispose();
  }

  /** Forgets the gradients that wait. */
  dispose(): void {
    this.#pending?.dispose();
    this.#weight?.dispose();
    this.#pending = null;
    this.#weight = null;
    this.#accumulated = 0;
  }

  #gather(grads: Gradients, own: Tensor | undefined): { pending: Gradients; weight: Tensor | null } {
    if (own === undefined) return { pending: addGradients(this.#pending, grads), weight: null };
    const weighted = grads.map((gradient) => gradient.mul(own.reshape([])));
    const weight = this.#weight === null ? clone(own.reshape([])) : this.#weight.add(own.reshape([]));
    return { pending: addGradients(this.#pending, weighted), weight };
  }

  #move(grads: Gradients): void {
    const { clipNorm, clipValue, optimizer } = this.#options;
    const clipped = clipValue === undefined ? grads : clipGradValue(grads, clipValue);
    optimizer.step(clipNorm === undefined ? clipped : clipGradNorm(clipped, clipNorm).grads);
    this.#hooks.stepped();
  }
}
