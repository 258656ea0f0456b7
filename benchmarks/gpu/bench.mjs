// One entrant, in Node or on a page: results are checked first, then times are taken. What fails says why.
import { rowsFor, wrong } from "./rows.mjs";

/**
 * @param load of the entrant's module
 * @param losses of the training step's first steps, as they must be
 * @param timed whether times mean anything here
 * @returns `[{ title, flops, ms } | { title, right: true } | { title, cannot }]`
 */
export async function bench(load, { plan, losses, timed }) {
  let entrant;
  try {
    entrant = await load();
  } catch (error) {
    return { cannot: reason(error) };
  }
  const rows = [];
  for (const row of rowsFor(plan)) {
    const { title, flops } = row;
    try {
      const prepared = entrant.prepare(row);
      const problem = wrong(row, await prepared.outputs(), losses);
      if (problem !== undefined) throw new Error(`wrong result: ${problem}`);
      rows.push(timed ? { title, flops, ms: await milliseconds(prepared) } : { title, right: true });
      prepared.dispose?.();
    } catch (error) {
      rows.push({ title, cannot: reason(error) });
    }
  }
  await entrant.dispose?.();
  return { rows };
}

/** The best of some samples; a sample enqueues as many runs as fill its time, and waits once. */
async function milliseconds({ run, done }) {
  const sample = async (count) => {
    const start = performance.now();
    for (let i = 0; i < count; i++) run();
    await done();
    return (performance.now() - start) / count;
  };
  for (let i = 0; i < 3; i++) await sample(1);
  const once = await sample(1);
  const count = Math.max(1, Math.min(200, Math.ceil(200 / once)));
  await sample(count);
  const times = [];
  for (let i = 0; i < 7; i++) times.push(await sample(count));
  return Math.min(...times);
}

function reason(error) {
  return String(error?.message ?? error)
    .split("\n")
    .slice(0, 3)
    .join(" ")
    .slice(0, 300);
}
