import { macrotask } from "@nn/tensor";

const turnAfterMs = 30;

/** Gives the event loop a turn when the last one is too long ago: timers, input and aborts get through. */
export class Pace {
  #turn = performance.now();
  #last = this.#turn;

  /** Call between steps; gives a promise of a turn if another step of this length might make it late. */
  breathe(): void | Promise<void> {
    if (this.#due()) return this.#giveTurn();
  }

  async #giveTurn(): Promise<void> {
    await macrotask();
    this.#turn = this.#last = performance.now();
  }

  /** Whether it is time for a turn. */
  #due(): boolean {
    const now = performance.now();
    const step = now - this.#last;
    this.#last = now;
    return now - this.#turn + step >= turnAfterMs;
  }
}
