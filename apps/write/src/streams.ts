import { type Generator, type GeneratorState, type Tensor, tensor } from "@nn/tensor";
import type { BatchSource } from "@nn/train";
import type { Part } from "./data.js";

/** A window of several streams of text. */
export interface TextBatch {
  /** `(n, t)` i32. */
  readonly x: Tensor;
  /** `(n · t)` i32, the character after each; `ignored` where it does not count. */
  readonly y: Tensor;
  /** How many targets count. */
  readonly counted: number;
  /** Whether the streams begin here: nothing is known of what came before. */
  readonly first: boolean;
}

/** The target of a position that does not count. */
export const ignored = -100;

/** One stream: it is read from `start` on, and the characters from `from` to before `to` are to be foretold. */
interface Stream {
  readonly start: number;
  readonly from: number;
  readonly to: number;
}

/**
 * Batches for truncated back-propagation: the part is cut into `n` streams, which are read side by side, window after
 * window, so that the state at the end of one window is where the next goes on. Each epoch cuts a bit later, by chance.
 */
export function trainingStreams(
  indices: Int32Array,
  { from, to }: Part,
  { n, t, generator }: { n: number; t: number; generator: Generator },
): BatchSource<TextBatch> {
  // One character is only foretold, and up to t - 1 are skipped.
  const length = Math.floor((to - from - t) / n);
  const windows = Math.floor(length / t);
  // What was drawn for the epoch under way, and how many of its windows are done.
  let before: GeneratorState = generator.state();
  let done = 0;
  return {
    length: windows,
    state: () => ({ before, done }),
    restore(state) {
      ({ before, done } = state as { before: GeneratorState; done: number });
    },
    *[Symbol.iterator]() {
      generator.restore(before);
      const shift = generator.bits(1)[0]! % t;
      const streams = Array.from({ length: n }, (_, row): Stream => {
        const start = from + shift + row * length;
        return { start, from: start + 1, to: start + length + 1 };
      });
      while (done < windows) {
        const offset = done++ * t;
        if (done === windows) before = generator.state();
        yield* disposed(windowOf(indices, streams, offset, t));
      }
      done = 0;
    },
  };
}

/**
 * Batches that measure: every character of the part is foretold once, by a state that has read the text before it, up to
 * `warmUp` characters where streams were cut.
 */
export function measuringStreams(
  indices: Int32Array,
  { from, to }: Part,
  { n = 32, t = 128, warmUp = 256 }: { n?: number; t?: number; warmUp?: number } = {},
): BatchSource<TextBatch> {
  const cut = (row: number) => from + Math.floor((row * (to - from)) / n);
  const streams = Array.from({ length: n }, (_, row): Stream => {
    const first = Math.max(1, cut(row));
    return { start: Math.max(0, first - 1 - warmUp), from: first, to: cut(row + 1) };
  });
  const windows = Math.ceil(Math.max(...streams.map(({ start, to }) => to - 1 - start)) / t);
  return {
    length: windows,
    *[Symbol.iterator]() {
      for (let window = 0; window < windows; window++) yield* disposed(windowOf(indices, streams, window * t, t));
    },
  };
}

function windowOf(indices: Int32Array, streams: readonly Stream[], offset: number, t: number): TextBatch {
  const x = new Int32Array(streams.length * t);
  const y = new Int32Array(streams.length * t).fill(ignored);
  let counted = 0;
  for (const [row, { start, from, to }] of streams.entries()) {
    for (let step = 0; step < t; step++) {
      const target = start + offset + step + 1;
      if (target >= to) break;
      x[row * t + step] = indices[target - 1]!;
      if (target < from) continue;
      y[row * t + step] = indices[target]!;
      counted++;
    }
  }
  return { x: tensor(x, { shape: [streams.length, t] }), y: tensor(y), counted, first: offset === 0 };
}

/** A batch lives until the next one is asked for. */
function* disposed(batch: TextBatch): globalThis.Generator<TextBatch, void, unknown> {
  try {
    yield batch;
  } finally {
    batch.x.dispose();
    batch.y.dispose();
  }
}
