import type { Tensor, TypedArray } from "@nn/tensor";
import type { Metrics, Scores } from "./fit-options.js";

/** What a scoreboard holds, as JSON. Those of the metrics are saved with the metrics. */
export interface ScoreboardState {
  readonly sum: number;
  readonly samples: number;
}

/** The mean loss and the metrics of one pass over a data set: exact over its samples, not a mean of batch means. */
export class Scoreboard<Ms extends Metrics> {
  #sum = 0;
  #samples = 0;
  readonly #metrics: readonly (readonly [string, Ms[string]])[];

  constructor(metrics: Ms) {
    this.#metrics = Object.entries(metrics) as [string, Ms[string]][];
  }

  /** Samples so far. */
  get samples(): number {
    return this.#samples;
  }

  /** What the metrics want to know of a batch, as small tensors. */
  measure(batch: unknown, rest: unknown): Tensor[] {
    return this.#metrics.map(([, metric]) => metric.measure(batch as never, rest as never));
  }

  /** Adds a batch: its loss and the values of what `measure` gave. */
  add([loss, ...values]: readonly TypedArray[], samples: number): void {
    this.#sum += loss![0]! * samples;
    this.#samples += samples;
    for (let i = 0; i < values.length; i++) this.#metrics[i]![1].add(values[i]!);
  }

  scores(): Scores<Ms> {
    const values = Object.fromEntries(this.#metrics.map(([name, metric]) => [name, metric.compute()]));
    return { loss: this.#sum / this.#samples, ...values } as Scores<Ms>;
  }

  reset(): void {
    this.#sum = 0;
    this.#samples = 0;
    for (const [, metric] of this.#metrics) metric.reset();
  }

  state(): ScoreboardState {
    return { sum: this.#sum, samples: this.#samples };
  }

  restore({ sum, samples }: ScoreboardState): void {
    this.#sum = sum;
    this.#samples = samples;
  }
}
