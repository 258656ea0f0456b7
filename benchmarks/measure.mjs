import { Cannot } from "./peers/cannot.mjs";

/** How long, in milliseconds. A sample is as many runs as fill its time. */
const full = { warm: 120, sample: 6, rounds: 11 };
const short = { warm: 20, sample: 2, rounds: 3 };
/** Who takes longer than this many milliseconds gets fewer rounds; over four seconds, its last warm-up must do. */
const slower = [
  { than: 1000, rounds: 3 },
  { than: 200, rounds: 5 },
];

/**
 * Checks the results of all entrants against ours, warms them up, then takes samples in turn: ours, a peer, another
 * peer, ours again.
 *
 * @returns `[{ name, ms, runs } | { name, cannot }]`, ours first; milliseconds are medians
 */
export async function measure(row, ours, peers, quick) {
  const plan = quick ? short : full;
  const entrants = [];
  const results = [];
  try {
    for (const peer of [ours, ...peers]) {
      const result = { name: peer.name };
      results.push(result);
      try {
        const prepared = await peer.prepare(row);
        entrants.push({ result, prepared, times: [] });
        await prepared.enter?.();
        const outputs = await prepared.outputs();
        if (peer === ours) row = { ...row, expected: outputs };
        // A peer without the very function shows one of the same work; who it is says so.
        else if (!prepared.other) result.differs = difference(row, outputs);
      } catch (error) {
        if (!(error instanceof Cannot))
          throw new Error(`${row.name} ${row.shape}, ${peer.name}: ${error.message}`, { cause: error });
        result.cannot = error.message;
        if (peer === ours) return results;
      }
    }
    judge(results);
    const timed = entrants.filter(({ result }) => result.cannot === undefined);
    for (const entrant of timed) await calibrate(entrant, plan);
    for (let round = 0; round < plan.rounds; round++) {
      for (const entrant of timed) {
        if (round < entrant.rounds)
          entrant.times.push((await sample(entrant.prepared, entrant.repeat)) / entrant.repeat);
      }
    }
    for (const { result, times } of timed) {
      result.ms = median(times) / (row.per ?? 1);
      result.runs = times.length;
    }
    return results;
  } finally {
    for (const { prepared } of entrants) await prepared.dispose?.();
    globalThis.gc?.();
  }
}

async function calibrate(entrant, plan) {
  // The engine compiles code better after some calls, so the first figures say little.
  let ms = await sample(entrant.prepared, 1);
  const endless = ms > 4000;
  for (let spent = ms, count = 1; spent < plan.warm; count *= 2) {
    const batch = await sample(entrant.prepared, count);
    ms = batch / count;
    spent += batch;
  }
  entrant.repeat = Math.max(1, Math.ceil(plan.sample / ms));
  if (endless) entrant.times.push(ms);
  const fewer = endless ? 0 : slower.find(({ than }) => ms > than)?.rounds;
  entrant.rounds = Math.min(fewer ?? plan.rounds, plan.rounds);
}

/** Milliseconds of so many runs. A peer in another process has a clock of its own. */
async function sample(prepared, repeat) {
  await prepared.enter?.();
  if (prepared.sample !== undefined) return prepared.sample(repeat);
  const { run } = prepared;
  const start = performance.now();
  for (let i = 0; i < repeat; i++) {
    const result = run();
    // Waiting for what is no promise would cost a turn of the event loop.
    if (result instanceof Promise) await result;
  }
  return performance.now() - start;
}

/** A peer alone with its result is wrong, and not timed. If nobody has ours, we may be. */
function judge([, ...peers]) {
  const compared = peers.filter(({ cannot }) => cannot === undefined);
  const agreeing = compared.filter(({ differs }) => differs === undefined);
  for (const peer of compared) {
    if (peer.differs === undefined) continue;
    if (agreeing.length === 0) throw new Error(`${peer.name} has another result than ours: ${peer.differs}`);
    const others = agreeing.map(({ name }) => name).join(", ");
    peer.cannot = `wrong result, ${peer.differs}, where ${others} agree with ours`;
  }
}

/** What differs first, or undefined. */
function difference({ expected, tolerance = 2e-5 }, outputs) {
  if (outputs.length !== expected.length) return `${outputs.length} outputs instead of ${expected.length}`;
  for (let i = 0; i < outputs.length; i++) {
    const [actual, wanted] = [outputs[i], expected[i]];
    if (actual.length !== wanted.length)
      return `output ${i} with ${actual.length} elements instead of ${wanted.length}`;
    // Relative to the largest element: a sum of many terms has no better precision than these.
    const scale = wanted.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-3);
    const at = actual.findIndex((value, j) => !(Math.abs(value - wanted[j]) <= tolerance * scale));
    if (at >= 0) return `${actual[at]} instead of ${wanted[at]} at element ${at} of output ${i}`;
  }
  return undefined;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
