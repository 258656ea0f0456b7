import type { Tree } from "@nn/tensor";
import type { BatchEvent, Callback } from "./callback.js";
import { fit } from "./fit.js";
import type { EpochRecord, FitOptions, FitResult, LossResult, Metrics, Rest } from "./fit-options.js";

/** What `training` tells of: a batch that was trained on, or an epoch that is done. */
export type TrainingEvent<Ms extends Metrics = Metrics> =
  | ({ readonly kind: "batch" } & BatchEvent<Ms>)
  | ({ readonly kind: "epoch" } & EpochRecord<Ms>);

/** A training as a stream of its events. */
export interface TrainingSteps<Ms extends Metrics = Metrics> extends AsyncIterable<TrainingEvent<Ms>> {
  /** What `fit` would have given; undefined until the loop is left. */
  readonly result: FitResult<Ms> | undefined;
}

/**
 * `fit` as an async iterator: the same options, the same training, but the program keeps the loop. Between two events the
 * training waits; leaving the loop (`break`, `return`, an error) stops it as an abort does: a checkpoint is saved, and
 * `result.stopped` is "aborted". It begins with the loop, and can be gone through once.
 *
 * @throws what `fit` throws, inside the loop.
 *
 * @example
 * ```ts
 * import { Linear, mseLoss } from "@nn/layers";
 * import { SGD } from "@nn/optim";
 * import { tensor } from "@nn/tensor";
 * import { training } from "@nn/train";
 *
 * const model = new Linear(1, 1);
 * const steps = training(model, {
 *   data: [{ x: tensor([[1], [2]]), y: tensor([[2], [4]]) }],
 *   loss: (model, { x, y }) => mseLoss(model.forward(x), y),
 *   optimizer: new SGD(model, { lr: 0.1 }),
 *   epochs: 1000,
 * });
 * for await (const event of steps) {
 *   if (event.kind === "epoch" && event.train.loss < 0.01) break;
 * }
 * steps.result?.stopped; // => "aborted"
 * ```
 */
export function training<
  M extends Tree,
  B,
  R extends LossResult,
  Ms extends Metrics<B, Rest<R>> = Record<never, never>,
>(model: M, options: FitOptions<M, B, R, Ms>): TrainingSteps<Ms> {
  let result: FitResult<Ms> | undefined;
  return {
    get result() {
      return result;
    },
    async *[Symbol.asyncIterator]() {
      const gate = new Gate<TrainingEvent<Ms>>();
      const callbacks = [...(options.callbacks ?? []), gatekeeper(gate)];
      const done = fit(model, { ...options, callbacks }).finally(() => gate.close());
      // Reported below, when the events before it have been taken.
      done.catch(() => {});
      try {
        for (let event = await gate.take(); event !== undefined; event = await gate.take()) yield event;
      } finally {
        gate.leave();
        result = await done;
      }
    },
  };
}

/** Hands events through one by one: each side waits for the other. */
class Gate<T> {
  left = false;
  #closed = false;
  #event: T | undefined;
  #given: () => void = () => {};
  #taken: () => void = () => {};

  /** Offers an event, and waits until the next one is asked for. */
  put(event: T): Promise<void> {
    this.#event = event;
    this.#given();
    return new Promise((resolve) => {
      this.#taken = resolve;
    });
  }

  /** Asks for the next event; nothing at the end. */
  async take(): Promise<T | undefined> {
    this.#event = undefined;
    const given = new Promise<void>((resolve) => {
      this.#given = resolve;
    });
    this.#taken();
    if (!this.#closed) await given;
    return this.#event;
  }

  close(): void {
    this.#closed = true;
    this.#event = undefined;
    this.#given();
  }

  /** Nobody takes any more. */
  leave(): void {
    this.left = true;
    this.#taken();
  }
}

function gatekeeper<Ms extends Metrics>(gate: Gate<TrainingEvent<Ms>>): Callback<Ms> {
  return {
    async onBatchEnd(event, run) {
      if (!gate.left) await gate.put({ kind: "batch", ...event });
      if (gate.left) run.stop();
    },
    async onEpochEnd(record, run) {
      if (!gate.left) await gate.put({ kind: "epoch", ...record });
      if (gate.left) run.stop();
    },
  };
}
