const signals = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Turns the first Ctrl-C (or SIGTERM, or SIGHUP) into an abort; a second one kills the program at once. */
export class Interrupt {
  readonly #controller = new AbortController();
  /** The exit code that tells the shell of the signal. */
  exitCode = 130;

  /** @param tell is called at the first signal */
  constructor(private readonly tell: () => void) {
    for (const signal of Object.keys(signals)) process.on(signal, this.#onSignal);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  /** Gives the signals back to Node. */
  release(): void {
    for (const signal of Object.keys(signals)) process.off(signal, this.#onSignal);
  }

  readonly #onSignal = (signal: keyof typeof signals): void => {
    if (this.signal.aborted) {
      this.release();
      process.kill(process.pid, signal);
      return;
    }
    this.exitCode = signals[signal];
    this.tell();
    this.#controller.abort();
  };
}
