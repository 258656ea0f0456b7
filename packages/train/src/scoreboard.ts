import type { Metrics, Scores } from "./fit-options.js";
import { lossWeight } from "./loss-parts.js";
import type { HostValues, Measurement } from "./metric.js";

/** What a scoreboard holds, as JSON. Those of the metrics are saved with the metrics. */
export interface ScoreboardState {
  readonly sum: number;
  readonly weight: number;
  readonly samples: number;
}

/** The mean loss and the metrics of one pass over a data set: exact over its samples, not a mean of batch means. */
export class Scoreboard<Ms extends Metrics> {
  #sum = 0;
  #weight = 0;
  #samples = 0;
  readonly #metrics: readonly (readonly [string, Ms[string]])[];

  constructor(metrics: Ms) {
    this.#metrics = Object.entries(metrics) as [string, Ms[string]][];
  }

  /** Samples so far. */
  get samples(): number {
    return this.#samples;
  }

  /** What the metrics want to know of a batch, then the weight of its loss if it has one of its own. */
  measure(batch: unknown, rest: unknown): Measurement[] {
    const measured = this.#metrics.map(([, metric]) => metric.measure(batch as never, rest as never));
    const weight = lossWeight(rest);
    return weight === undefined ? measured : [...measured, weight];
  }

  /** Adds a batch: its loss and the values of what `measure` gave. */
  add([loss, ...values]: readonly HostValues[], samples: number): void {
    // Samples count as many as they are where the loss has no weight.
    const weight = values[this.#metrics.length]?.data[0] ?? samples;
    // A batch that weighs nothing has no mean (0 / 0), and nothing to add.
    if (weight !== 0) this.#sum += loss!.data[0]! * weight;
    this.#weight += weight;
    this.#samples += samples;
    for (let i = 0; i < this.#metrics.length; i++) this.#metrics[i]![1].add(values[i]!.data, values[i]!.shape);
  }

  scores(): Scores<Ms> {
    const values = Object.fromEntries(this.#metrics.map(([name, metric]) => [name, metric.compute()]));
    return { loss: this.#sum / this.#weight, ...values } as Scores<Ms>;
  }

  reset(): void {
    this.#sum = 0;
    this.#weight = 0;
    this.#samples = 0;
    for (const [, metric] of this.#metrics) metric.reset();
  }

  state(): ScoreboardState {
    return { sum: this.#sum, weight: this.#weight, samples: this.#samples };
  }

  restore({ sum, weight, samples }: ScoreboardState): void {
    this.#sum = sum;
    this.#weight = weight;
    this.#samples = samples;
  }
}
