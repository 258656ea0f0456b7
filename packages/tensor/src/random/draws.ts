/*
 * Which generators a stretch of code drew from, and where they stood: what `checkpoint` needs to run it again with the
 * same numbers.
 */
interface Stream {
  counter: number;
}

/** Where each generator stood before its first draw. */
export type Draws = ReadonlyMap<Stream, number>;

let trace: Map<Stream, number> | null = null;

/** Called by generators before they draw. */
export function noteDraw(stream: Stream): void {
  if (trace !== null && !trace.has(stream)) trace.set(stream, stream.counter);
}

/** Runs `fn` and tells from where each generator drew. */
export function traceDraws<T>(fn: () => T): { result: T; draws: Draws } {
  const outer = trace;
  const own = new Map<Stream, number>();
  trace = own;
  try {
    return { result: fn(), draws: own };
  } finally {
    trace = outer;
    if (outer !== null) for (const [stream, counter] of own) if (!outer.has(stream)) outer.set(stream, counter);
  }
}

/** Runs `fn` with the generators set back to where they stood, and puts them forward again afterwards. */
export function replayDraws<T>(draws: Draws, fn: () => T): T {
  const now = [...draws.keys()].map((stream) => [stream, stream.counter] as const);
  for (const [stream, counter] of draws) stream.counter = counter;
  try {
    return fn();
  } finally {
    for (const [stream, counter] of now) stream.counter = counter;
  }
}
