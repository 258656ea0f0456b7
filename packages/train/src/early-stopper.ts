import { clone, loadStateDict, noGrad, type StateDict, stateDict, type Tree } from "@nn/tensor";
import type { EarlyStoppingOptions, EpochRecord, Metrics } from "./fit-options.js";
import type { Mode } from "./metric.js";
import { monitored } from "./monitored.js";

interface Best {
  readonly epoch: number;
  readonly value: number;
}

/** What early stopping remembers; the weights are tensors of its own. */
export interface EarlyStopperState {
  readonly best: Best | null;
  readonly waited: number;
  readonly weights: StateDict | null;
}

/** Watches a number of the history and keeps the weights of the best epoch. */
export class EarlyStopper {
  best: Best | null = null;
  #waited = 0;
  #weights: StateDict | null = null;
  readonly #model: Tree;
  readonly #monitor: string;
  readonly #mode: Mode;
  readonly #patience: number;
  readonly #minDelta: number;
  readonly #restoreBest: boolean;

  /** @param watch what is monitored unless the options say */
  constructor(model: Tree, options: EarlyStoppingOptions<Metrics>, modeOf: (monitor: string) => Mode, watch: string) {
    this.#model = model;
    this.#monitor = options.monitor ?? watch;
    this.#mode = options.mode ?? modeOf(this.#monitor);
    this.#patience = options.patience ?? 5;
    this.#minDelta = options.minDelta ?? 0;
    this.#restoreBest = options.restoreBest ?? true;
  }

  /** Whether it is time to stop. */
  get exhausted(): boolean {
    return this.#waited >= this.#patience;
  }

  /** Looks at an epoch; one without the monitored number does not count. */
  update(record: EpochRecord<Metrics>): void {
    const value = monitored(record, this.#monitor);
    if (value === undefined) return;
    if (!this.#improves(value)) {
      this.#waited++;
      return;
    }
    this.best = { epoch: record.epoch, value };
    this.#waited = 0;
    if (this.#restoreBest) this.#remember();
  }

  /** Gives the model the weights of the best epoch. */
  finish(): void {
    if (this.#weights !== null) loadStateDict(this.#model, this.#weights);
  }

  state(): EarlyStopperState {
    return { best: this.best, waited: this.#waited, weights: this.#weights };
  }

  /** Takes the weights over. */
  restore({ best, waited, weights }: EarlyStopperState): void {
    this.dispose();
    this.best = best;
    this.#waited = waited;
    this.#weights = weights;
  }

  /** Gives the memory of the weights back. */
  dispose(): void {
    for (const tensor of Object.values(this.#weights ?? {})) tensor.dispose();
    this.#weights = null;
  }

  #improves(value: number): boolean {
    if (Number.isNaN(value)) return false;
    if (this.best === null) return true;
    const gain = this.#mode === "min" ? this.best.value - value : value - this.best.value;
    return gain > this.#minDelta;
  }

  #remember(): void {
    const fresh = noGrad(() => {
      const copies = Object.entries(stateDict(this.#model)).map(([name, value]) => [name, clone(value)] as const);
      return Object.fromEntries(copies);
    });
    this.dispose();
    this.#weights = fresh;
  }
}
