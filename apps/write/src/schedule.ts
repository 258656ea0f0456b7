import type { FitOptimizer, Scheduler } from "@nn/train";

/** What a schedule is told. */
export interface ClockedCosineOptions {
  readonly maxLr: number;
  /** Steps of the whole training. */
  readonly totalSteps: number;
  /** Seconds that the training may take. */
  readonly seconds: number;
  /** The time in seconds, for tests. */
  readonly now?: () => number;
}

/** Share of the training in which the rate rises. */
const warmUp = 0.03;
/** The rate ends at this share of the highest. */
const last = 0.01;

/**
 * A rise, then a cosine down to next to nothing at the end of the steps or of the time, whichever comes first: a slow
 * machine learns less, but ends as it should. Where the steps fit into the time, rates depend on steps alone.
 */
export class ClockedCosine implements Scheduler {
  readonly #optimizer: Pick<FitOptimizer, "lr">;
  readonly #options: Required<ClockedCosineOptions>;
  #step = 0;
  #started: number;

  constructor(optimizer: Pick<FitOptimizer, "lr">, options: ClockedCosineOptions) {
    this.#optimizer = optimizer;
    this.#options = { now: () => performance.now() / 1000, ...options };
    this.#started = this.#options.now();
    this.#apply();
  }

  /** Seconds so far, those before a resume included. */
  get elapsed(): number {
    return this.#options.now() - this.#started;
  }

  get timeIsUp(): boolean {
    return this.elapsed >= this.#options.seconds;
  }

  step(): void {
    this.#step++;
    this.#apply();
  }

  stateDict(): { step: number; elapsed: number } {
    return { step: this.#step, elapsed: this.elapsed };
  }

  loadStateDict({ step, elapsed }: { step: number; elapsed: number }): void {
    this.#step = step;
    this.#started = this.#options.now() - elapsed;
    this.#apply();
  }

  #apply(): void {
    const { maxLr, totalSteps, seconds } = this.#options;
    const bySteps = this.#step / totalSteps;
    // The first steps are slow, since nothing is compiled yet: they say nothing about the time.
    const progress =
      bySteps < warmUp && this.elapsed < 0.1 * seconds ? bySteps : Math.max(bySteps, this.elapsed / seconds);
    this.#optimizer.lr = maxLr * shareAt(Math.min(1, progress));
  }
}

function shareAt(progress: number): number {
  if (progress < warmUp) return Math.max(last, progress / warmUp);
  const fallen = (progress - warmUp) / (1 - warmUp);
  return last + (1 - last) * 0.5 * (1 + Math.cos(Math.PI * fallen));
}
