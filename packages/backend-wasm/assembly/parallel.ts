// Fork and join inside the module. A job is a function over a range of units; its arguments lie in static memory, which
// all threads share. Chunks are taken with an atomic counter and the calling thread takes part. A chunk writes its own
// part of the output, and no sum depends on where the cuts are: results are the same bits for any number of threads.

const control: usize = memory.data(512, 64);
// Each hot word has a cache line of its own.
const epoch: usize = control;
const done: usize = control + 64;
const next: usize = control + 128;
const asleep: usize = control + 192;
const body: usize = control + 256;
const units: usize = control + 260;
const quantum: usize = control + 264;
const chunks: usize = control + 268;
const workers: usize = control + 272;
const broken: usize = control + 276;
/** One progress word per worker, counted up with each chunk it finishes. */
const progress: usize = memory.data(64 * 16, 64);
/** Arguments of the job: 4 bytes each. */
const args: usize = memory.data(256, 64);

// @ts-ignore: decorator
@inline export function argument(i: i32): i32 {
  return load<i32>(args + (<usize>i << 2));
}
// @ts-ignore: decorator
@inline export function setArgument(i: i32, value: i32): void {
  store<i32>(args + (<usize>i << 2), value);
}

/** Where `host` finds the control block and the progress words. */
export function controlAddress(): usize {
  return control;
}
export function progressAddress(): usize {
  return progress;
}
export function setWorkers(count: i32): void {
  store<i32>(workers, count);
}
export function workerCount(): i32 {
  return load<i32>(workers);
}

/** First unit of chunk i of n: cuts at multiples of the quantum. */
// @ts-ignore: decorator
@inline function cut(i: i32, n: i32): i32 {
  const total = load<i32>(units);
  const q = load<i32>(quantum);
  const blocks = (total + q - 1) / q;
  return min(total, <i32>((<i64>blocks * i) / n) * q);
}

function work(thread: i32): void {
  const n = load<i32>(chunks);
  const fn = load<i32>(body);
  for (let i = atomic.add<i32>(next, 1); i < n; i = atomic.add<i32>(next, 1)) {
    const from = cut(i, n);
    const to = cut(i + 1, n);
    if (to > from) call_indirect<void>(fn, from, to, thread);
    atomic.add<i32>(progress + (<usize>thread << 6), 1);
  }
}

/**
 * Runs `fn(from, to, thread)` over `[0, total)`, cut at multiples of `step`. `parallel` says whether the job is worth
 * the other threads.
 */
// @ts-ignore: decorator
@inline export function parallelFor(fn: (from: i32, to: i32, thread: i32) => void, total: i32, step: i32, parallel: bool): void {
  const others = load<i32>(workers);
  if (others == 0 || !parallel || total <= step) fn(0, total, 0);
  else fork(fn.index, total, step, others);
}

function fork(fn: i32, total: i32, step: i32, others: i32): void {
  store<i32>(body, fn);
  store<i32>(units, total);
  store<i32>(quantum, step);
  const blocks = (total + step - 1) / step;
  // Some more chunks than threads even out their speeds.
  store<i32>(chunks, min(blocks, (others + 1) * 4));
  atomic.store<i32>(next, 0);
  atomic.store<i32>(done, 0);
  atomic.add<i32>(epoch, 1);
  if (atomic.load<i32>(asleep)) atomic.notify(epoch, -1);
  work(0);
  join(others);
}

/** Waits until every worker has left the job. Gives up when none of them moves for two seconds: one has died. */
function join(others: i32): void {
  let spins = 0;
  let silent = 0;
  let before = 0;
  for (;;) {
    const finished = atomic.load<i32>(done);
    if (finished >= others) return;
    if (++spins < 20000) continue;
    spins = 0;
    let moved = finished;
    for (let i = 1; i <= others; i++) moved += atomic.load<i32>(progress + (<usize>i << 6));
    silent = moved == before ? silent + 1 : 0;
    before = moved;
    if (silent > deadline()) {
      store<i32>(broken, 1);
      return;
    }
    pause(finished);
  }
}

/** Rounds of waiting without any progress before the pool counts as broken; set by the host. */
const rounds: usize = memory.data(4, 4);
// @ts-ignore: decorator
@inline function deadline(): i32 {
  return load<i32>(rounds);
}
const mayWait: usize = memory.data(4, 4);
// @ts-ignore: decorator
@inline function pause(finished: i32): void {
  // Browser main threads must not wait; they go on spinning.
  if (load<i32>(mayWait)) atomic.wait<i32>(done, finished, 1000000);
}
export function setWaiting(allowed: i32, deadlineRounds: i32): void {
  store<i32>(mayWait, allowed);
  store<i32>(rounds, deadlineRounds);
}
export function isBroken(): i32 {
  return load<i32>(broken);
}

/** Body of a worker: takes part in every job, spins for a while between jobs, then sleeps. Ends when the host asks. */
export function workerLoop(thread: i32, spin: i32): void {
  let seen = 0;
  for (;;) {
    let spins = 0;
    while (atomic.load<i32>(epoch) == seen) {
      if (++spins < spin) continue;
      atomic.add<i32>(asleep, 1);
      atomic.wait<i32>(epoch, seen, -1);
      atomic.sub<i32>(asleep, 1);
      spins = 0;
    }
    seen = atomic.load<i32>(epoch);
    if (atomic.load<i32>(body) < 0) return;
    work(thread);
    atomic.add<i32>(done, 1);
    atomic.notify(done, 1);
  }
}
/** Sends the workers home. */
export function endWorkers(): void {
  atomic.store<i32>(body, -1);
  atomic.add<i32>(epoch, 1);
  atomic.notify(epoch, -1);
}
