import { clipGradNorm } from "@nn/optim";
import { type Gradients, isTensor, scope, type Tensor, type Tree, valueAndGrad } from "@nn/tensor";
import { addGradients } from "./add-gradients.js";
import { readNow } from "./evaluate-model.js";
import type { FitOptions, LossResult, Metrics, Rest } from "./fit-options.js";
import { lossParts } from "./loss-parts.js";
import type { Measured } from "./read-queue.js";

/** How a training looks at a batch. */
export interface StepHooks<B, R> {
  /** What the metrics want to know, as small tensors. */
  measure(batch: B, rest: Rest<R>): Tensor[];
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
    const { measured, pending } = scope(() => {
      const out = valueAndGrad(this.#model, () => lossParts("fit", loss(this.#model, batch)));
      const measured = readNow([out.loss, ...this.#hooks.measure(batch, out.rest)]);
      // Where the number is at hand, a loss that is not finite does not reach the weights.
      const now = measured[0]!;
      if (!isTensor(now)) this.#hooks.check(now[0]!);
      if (accumulate > 1) return { measured, pending: addGradients(this.#pending, out.grads) };
      this.#move(out.grads);
      return { measured, pending: null };
    });
    if (pending === null) return measured;
    this.#pending?.dispose();
    this.#pending = pending;
    if (++this.#accumulated === accumulate) this.flush();
    return measured;
  }

  /** Steps by the mean of the gradients that wait. */
  flush(): void {
    const pending = this.#pending;
    if (pending === null) return;
    const share = 1 / this.#accumulated;
    scope(() => this.#move(pending.map((gradient) => gradient.mul(share))));
    this.dispose();
  }

  /** Forgets the gradients that wait. */
  dispose(): void {
    this.#pending?.dispose();
    this.#pending = null;
    this.#accumulated = 0;
  }

  #move(grads: Gradients): void {
    const { clipNorm, optimizer } = this.#options;
    optimizer.step(clipNorm === undefined ? grads : clipGradNorm(grads, clipNorm).grads);
    this.#hooks.stepped();
  }
}
