import { createLogUpdate } from "log-update";
import type { BatchEvent, Callback, TrainingRun } from "../callback.js";
import { barOf, durationOf, epochLine, numbersOf } from "./progress-text.js";

/** Where and how often progress is shown. */
export interface ProgressOptions {
  /** Where it is written. Default: standard error, so that the program's own output stays clean. */
  readonly stream?: NodeJS.WriteStream;
  /** Where the stream is no terminal: seconds between two lines within an epoch. Default 10. */
  readonly everySeconds?: number;
}

/**
 * Shows a training: on a terminal a line that is redrawn (bar, loss, metrics, samples per second, time left) and a line
 * for each finished epoch; elsewhere, such as in a log file, plain lines.
 *
 * @example
 * ```ts
 * import { progress } from "@nn/train/node";
 *
 * // fit(model, { …, callbacks: [progress()] })
 * typeof progress().onEpochEnd; // => "function"
 * ```
 */
export function progress(options: ProgressOptions = {}): Callback {
  const stream = options.stream ?? process.stderr;
  return stream.isTTY ? onTerminal(stream) : inLog(stream, 1000 * (options.everySeconds ?? 10));
}

const redrawAfterMs = 80;

function onTerminal(stream: NodeJS.WriteStream): Callback {
  const draw = createLogUpdate(stream, { showCursor: true });
  const clock = new Clock();
  let drawn = 0;
  return {
    onTrainBegin: () => clock.start(),
    onBatchEnd(event, run) {
      clock.count(event.samples);
      if (performance.now() - drawn < redrawAfterMs && event.batch !== run.batches) return;
      drawn = performance.now();
      draw(batchLine(event, run, clock, barOf(event.batch, run.batches, 24)));
    },
    onEpochEnd(record, run) {
      draw.clear();
      stream.write(`${epochLine(record, run.epochs)}\n`);
    },
    onTrainEnd(result) {
      draw.clear();
      draw.done();
      if (result.stopped !== "completed") stream.write(`stopped ${result.stopped} after ${result.epochs} epochs\n`);
    },
    onError: () => draw.done(),
  };
}

function inLog(stream: NodeJS.WriteStream, everyMs: number): Callback {
  const clock = new Clock();
  let written = performance.now();
  return {
    onTrainBegin: () => clock.start(),
    onBatchEnd(event, run) {
      clock.count(event.samples);
      if (performance.now() - written < everyMs) return;
      written = performance.now();
      stream.write(`${batchLine(event, run, clock, "")}\n`);
    },
    onEpochEnd(record, run) {
      written = performance.now();
      stream.write(`${epochLine(record, run.epochs)}\n`);
    },
    onTrainEnd(result) {
      if (result.stopped !== "completed") stream.write(`stopped ${result.stopped} after ${result.epochs} epochs\n`);
    },
  };
}

/** Batches and time of this run, for the time that is left. */
class Clock {
  #started = 0;
  #batches = 0;
  #samples = 0;

  start(): void {
    this.#started = performance.now();
    this.#batches = 0;
    this.#samples = 0;
  }
  count(samples: number): void {
    this.#batches++;
    this.#samples += samples;
  }
  /** Seconds until the last epoch is done; undefined where the data does not know its length. */
  left({ batch }: BatchEvent, { batches, epoch, epochs }: TrainingRun): number | undefined {
    if (batches === undefined || this.#batches === 0) return undefined;
    const remaining = batches - batch + batches * (epochs - epoch);
    return (remaining * (performance.now() - this.#started)) / 1000 / this.#batches;
  }
  /** Samples per second. */
  rate(): number {
    return (this.#samples * 1000) / (performance.now() - this.#started);
  }
}

function batchLine(event: BatchEvent, run: TrainingRun, clock: Clock, bar: string): string {
  const left = clock.left(event, run);
  const of = run.batches === undefined ? "" : `/${run.batches}`;
  return [
    `epoch ${run.epoch}/${run.epochs}`,
    bar,
    `${event.batch}${of}`,
    numbersOf(event.scores()),
    `${Math.round(clock.rate())} samples/s`,
    left === undefined ? "" : `${durationOf(left)} left`,
  ]
    .filter((part) => part !== "")
    .join("  ");
}
