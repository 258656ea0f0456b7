import { DataError } from "@nn/tensor";
import type { Optimizer } from "./optimizer.js";
import type { OptimizerOptions } from "./rule.js";

/** When a metric counts as stuck, and what happens then. */
export interface ReduceLROnPlateauOptions {
  /** Whether the metric should fall ("min", default) or rise. */
  readonly mode?: "min" | "max";
  /** Factor of a drop. Default 0.1. */
  readonly factor?: number;
  /** Steps without a better metric that are let pass. Default 10. */
  readonly patience?: number;
  /** What a metric must gain to be better. Default 1e-4. */
  readonly threshold?: number;
  /** Whether the threshold is a share of the best metric ("rel", default) or a difference. */
  readonly thresholdMode?: "rel" | "abs";
  /** Steps after a drop in which bad metrics do not count. Default 0. */
  readonly cooldown?: number;
  /** The lowest rate. Default 0. */
  readonly minLr?: number;
  /** A drop by less than this is not made. Default 1e-8. */
  readonly eps?: number;
}

/** Where it stands, as JSON. */
export interface ReduceLROnPlateauState {
  /** Null before the first step. */
  readonly best: number | null;
  readonly badSteps: number;
  readonly cooldownLeft: number;
}

/**
 * Lowers the learning rate when a metric has stopped getting better (torch's ReduceLROnPlateau).
 *
 * @example
 * ```ts
 * import { ReduceLROnPlateau, SGD } from "@nn/optim";
 * import { Parameter, zeros } from "@nn/tensor";
 *
 * const optimizer = new SGD([new Parameter(zeros([1]))], { lr: 1 });
 * const scheduler = new ReduceLROnPlateau(optimizer, { patience: 1, factor: 0.5 });
 * for (const loss of [3, 2, 2, 2]) scheduler.step(loss);
 * optimizer.lr; // => 0.5
 * ```
 */
export class ReduceLROnPlateau<O extends OptimizerOptions = OptimizerOptions> {
  readonly #optimizer: Pick<Optimizer<O>, "groups">;
  readonly #options: Required<ReduceLROnPlateauOptions>;
  #best: number | null = null;
  #badSteps = 0;
  #cooldownLeft = 0;

  constructor(optimizer: Pick<Optimizer<O>, "groups">, options: ReduceLROnPlateauOptions = {}) {
    const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "rel" } = options;
    const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
    if (!(factor > 0 && factor < 1)) {
      throw new DataError({
        where: "ReduceLROnPlateau",
        problem: "the factor does not lower the rate",
        rows: [["expected", "a number between 0 and 1", `got ${factor}`]],
        fix: "pass { factor: 0.1 }",
      });
    }
    this.#optimizer = optimizer;
    this.#options = { mode, factor, patience, threshold, thresholdMode, cooldown, minLr, eps };
  }

  /** Looks at a metric, once an epoch say, and lowers the rate if it is time. */
  step(metric: number): void {
    const { patience, cooldown } = this.#options;
    if (this.#isBetter(metric)) {
      this.#best = metric;
      this.#badSteps = 0;
    } else this.#badSteps++;
    if (this.#cooldownLeft > 0) {
      this.#cooldownLeft--;
      this.#badSteps = 0;
    }
    if (this.#badSteps <= patience) return;
    this.#lower();
    this.#cooldownLeft = cooldown;
    this.#badSteps = 0;
  }

  /** Where it stands, as JSON. */
  stateDict(): ReduceLROnPlateauState {
    return { best: this.#best, badSteps: this.#badSteps, cooldownLeft: this.#cooldownLeft };
  }

  /** Goes on where a state dict was taken; the rate itself is in the optimizer's. */
  loadStateDict({ best, badSteps, cooldownLeft }: ReduceLROnPlateauState): void {
    this.#best = best;
    this.#badSteps = badSteps;
    this.#cooldownLeft = cooldownLeft;
  }

  #isBetter(metric: number): boolean {
    const { mode, threshold, thresholdMode } = this.#options;
    const best = this.#best;
    if (best === null) return !Number.isNaN(metric);
    if (mode === "min") return metric < (thresholdMode === "rel" ? best * (1 - threshold) : best - threshold);
    return metric > (thresholdMode === "rel" ? best * (1 + threshold) : best + threshold);
  }

  #lower(): void {
    const { factor, minLr, eps } = this.#options;
    for (const group of this.#optimizer.groups) {
      const target: { lr: number } = group;
      const lower = Math.max(target.lr * factor, minLr);
      if (target.lr - lower > eps) target.lr = lower;
    }
  }
}
