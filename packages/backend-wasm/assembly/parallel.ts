// Fork and join inside the module. A job is a function over a range of units; its arguments lie in static memory, which
// all threads share. Chunks are taken with an atomic counter and the calling thread takes part. A chunk writes its own
// part of the output, and no sum depends on where the cuts are: results are the same bits for any number of threads.
//
// A job has a gate. A worker steps inside, looks whether the gate is still open, and only then takes chunks. The caller
// closes the gate when no chunk is left, and waits for those inside alone: a worker that sleeps, or has died, between
// jobs costs nothing. All of it is sequentially consistent, so either the worker sees the gate closed, or the caller
// sees the worker inside. Nothing of a job changes while anybody is inside.

/** Most threads, the caller included: static scratch memory of other files has room for so many. */
const most: i32 = 64;

// Each hot word has a cache line of its own.
const control: usize = memory.data(384, 64);
/** Counts up when a job opens and when it closes: odd while it is open. */
const gate: usize = control;
/** Workers that are inside the job. */
const inside: usize = control + 64;
/** The next chunk to take. */
const next: usize = control + 128;
/** Workers that sleep until the gate changes. */
const asleep: usize = control + 192;
// Written seldom.
const workers: usize = control + 256;
const mayWait: usize = control + 260;
/** Whether the caller sleeps until those inside are fewer. */
const waits: usize = control + 264;
/** Set by a worker whose chunk threw. */
const failed: usize = control + 268;
/** Milliseconds without progress after which those inside count as dead. */
const patience: usize = control + 272;
/** The job. */
const body: usize = control + 320;
const units: usize = control + 324;
const quantum: usize = control + 328;
const chunks: usize = control + 332;
/** One word for each thread, counted up at the beginning and at the end of each chunk: odd inside of one. */
const progress: usize = memory.data(64 * 64, 64);
/** Arguments of the job: 4 bytes each. */
const args: usize = memory.data(256, 64);

/** Milliseconds. */
// @ts-ignore: decorator
@external("env", "now")
declare function now(): f64;
/** Throws on the host: `thread` died inside a job, or (-1) an earlier job did not end. */
// @ts-ignore: decorator
@external("env", "lost")
declare function lost(thread: i32): void;

// @ts-ignore: decorator
@inline export function argument(i: i32): i32 {
  return load<i32>(args + (<usize>i << 2));
}
// @ts-ignore: decorator
@inline export function setArgument(i: i32, value: i32): void {
  store<i32>(args + (<usize>i << 2), value);
}

/** Where the worker's script tells that a chunk threw. */
export function failedAddress(): usize {
  return failed;
}
/** What the caller may be waiting on. */
export function insideAddress(): usize {
  return inside;
}
/** For tests: 64 bytes apart, from the calling thread's on. */
export function progressAddress(): usize {
  return progress;
}
/** How many workers there are, whether the calling thread may sleep, and how long it waits for one that does not move. */
export function setPool(count: i32, allowed: i32, milliseconds: f64): void {
  store<i32>(workers, min(count, most - 1));
  store<i32>(mayWait, allowed);
  store<f64>(patience, milliseconds);
}
export function workerCount(): i32 {
  return load<i32>(workers);
}

/** First unit of chunk i of n: cuts at multiples of the quantum. */
// @ts-ignore: decorator
@inline function cut(i: i32, n: i32): i32 {
  const total = load<i32>(units);
  const q = load<i32>(quantum);
  const blocks = total / q + (total % q > 0 ? 1 : 0);
  return <i32>min(<i64>total, ((<i64>blocks * i) / n) * q);
}

function work(thread: i32): void {
  const n = load<i32>(chunks);
  const fn = load<i32>(body);
  const moved = progress + (<usize>thread << 6);
  for (let i = atomic.add<i32>(next, 1); i < n; i = atomic.add<i32>(next, 1)) {
    atomic.add<i32>(moved, 1);
    const from = cut(i, n);
    const to = cut(i + 1, n);
    if (to > from) call_indirect<void>(fn, from, to, thread);
    atomic.add<i32>(moved, 1);
  }
}

/**
 * Runs `fn(from, to, thread)` over `[0, total)`, cut at multiples of `step`. `worthIt` says whether the job is large
 * enough for other threads. Jobs do not nest.
 */
// @ts-ignore: decorator
@inline export function parallelFor(fn: (from: i32, to: i32, thread: i32) => void, total: i32, step: i32, worthIt: bool): void {
  const others = load<i32>(workers);
  if (others == 0 || !worthIt || total <= step) fn(0, total, 0);
  else fork(fn.index, total, step, others);
}

function fork(fn: i32, total: i32, step: i32, others: i32): void {
  // Open still: a chunk of the caller's threw, or a job was called inside a job.
  if (atomic.load<i32>(gate) & 1) lost(-1);
  if (atomic.load<i32>(failed)) lost(-1);
  store<i32>(body, fn);
  store<i32>(units, total);
  store<i32>(quantum, step);
  // Some more chunks than threads even out their speeds.
  store<i32>(chunks, min(total / step + (total % step > 0 ? 1 : 0), (others + 1) * 4));
  atomic.store<i32>(next, 0);
  atomic.add<i32>(gate, 1);
  if (atomic.load<i32>(asleep)) atomic.notify(gate, -1);
  const started = now();
  work(0);
  atomic.add<i32>(gate, 1);
  for (let spins = 0; spins < 20000; spins++) if (!atomic.load<i32>(inside)) return;
  waitForOthers(started);
}

/**
 * Waits for the workers inside. One that has died there never leaves, and its part of the result is missing: that shows
 * by no chunk ending for much longer than the caller's own took.
 */
function waitForOthers(started: f64): void {
  let before = now();
  const limit = load<f64>(patience) + 10 * (before - started);
  let silent: f64 = 0;
  let seen = -1;
  for (let some = atomic.load<i32>(inside); some; some = atomic.load<i32>(inside)) {
    let moved = some;
    let stuck = 0;
    for (let i = 1; i <= load<i32>(workers); i++) {
      const count = atomic.load<i32>(progress + (<usize>i << 6));
      moved += count;
      if (count & 1) stuck = i;
    }
    if (moved != seen) silent = 0;
    seen = moved;
    if (silent > limit || atomic.load<i32>(failed)) {
      atomic.store<i32>(failed, 1);
      lost(stuck);
      return;
    }
    pause(some);
    const time = now();
    // Where the whole machine was suspended, little of that time counts.
    silent += min(time - before, 100);
    before = time;
  }
}

/** Some time, or until a worker leaves. The main thread of a browser must not sleep: it goes on spinning. */
function pause(some: i32): void {
  if (load<i32>(mayWait)) {
    atomic.store<i32>(waits, 1);
    atomic.wait<i32>(inside, some, 50000000);
    atomic.store<i32>(waits, 0);
  } else {
    for (let spins = 0; spins < 20000; spins++) if (atomic.load<i32>(inside) != some) return;
  }
}

/** Body of a worker: takes part in jobs, polls `spin` times between two, then sleeps until the next. Never returns. */
export function workerLoop(thread: i32, spin: i32): void {
  let seen = 0;
  let spins = 0;
  for (;;) {
    const state = atomic.load<i32>(gate);
    if ((state & 1) == 0 || state == seen) {
      if (++spins < spin) continue;
      spins = 0;
      atomic.add<i32>(asleep, 1);
      atomic.wait<i32>(gate, state, -1);
      atomic.sub<i32>(asleep, 1);
      continue;
    }
    seen = state;
    spins = 0;
    atomic.add<i32>(inside, 1);
    if (atomic.load<i32>(gate) == state) work(thread);
    atomic.sub<i32>(inside, 1);
    if (atomic.load<i32>(waits)) atomic.notify(inside, 1);
  }
}
