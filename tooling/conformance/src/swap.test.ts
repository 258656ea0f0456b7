import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { gpu } from "@nn/backend-gpu";
import { wasm } from "@nn/backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadBatches } from "./swap/batches.js";
import { everyOrderedPair } from "./swap/every-ordered-pair.js";
import { lenet, rowReader } from "./swap/nets.js";
import { type Batch, type Leg, tour } from "./swap/tour.js";

// One training goes from backend to backend until it has moved once from each to each other one, with model and
// optimizer, and never notices: its losses are those of a training that stays on the oracle.

/**
 * How far a loss (2.3 at the start) may be from the oracle's. Backends sum in different orders, so each step may differ
 * by rounding, some 1e-7, and Adam carries that on into the weights. Seen in 350 steps: 6e-7 on the CPUs and on the
 * software driver. A GPU that contracts a·b+c or approximates exp is given a hundred times as much; an optimizer
 * state that is lost on the way costs a hundred times that, see the last test. It holds where the training is
 * stable: the LSTM at three times its rate makes 1e-3 of the same rounding, wherever it runs.
 */
const tolerance = 1e-4;

const makers: Readonly<Record<string, () => Backend | Promise<Backend>>> = {
  cpu,
  wasm: () => wasm({ threads: 1 }),
  webgpu: () => gpu({ prefer: "webgpu" }),
  gl: () => gpu({ prefer: "headlessgl" }),
};
const backends = new Map<string, Backend>();
for (const [name, make] of Object.entries(makers)) {
  try {
    backends.set(name, await make());
  } catch (error) {
    console.log(`Moving to and from ${name} is skipped: ${error}`);
  }
}
afterAll(async () => {
  for (const backend of backends.values()) {
    await backend.synchronize();
    await backend.dispose();
  }
});

describe.each([
  { title: "a small LeNet", net: lenet, lr: 3e-3, steps: 50 },
  // Without a kernel for sequences each step is hundreds of calls; a software driver takes its time for each.
  { title: "an LSTM", net: rowReader, lr: 5e-3, steps: 20 },
])("$title in training", { timeout: 300_000 }, ({ net, lr, steps }) => {
  const stops = everyOrderedPair([...backends.keys()]);
  let batches: Batch[];
  let reference: readonly number[];
  let legs: Leg[];
  beforeAll(async () => {
    batches = await loadBatches();
    [{ losses: reference }] = await tour([["cpu", cpu()]], { net, lr, batches, steps: steps * stops.length });
    legs = await tour(
      stops.map((name) => [name, backends.get(name)!] as const),
      { net, lr, batches, steps },
    );
  }, 300_000);

  it("learns, so that there is something to compare", () => {
    expect(mean(reference.slice(-steps))).toBeLessThan(0.9 * mean(reference.slice(0, steps)));
  });

  it.each(stops.slice(1).map((to, i) => ({ from: stops[i], to, i })))("moves from $from to $to", ({ i }) => {
    for (const at of [i, i + 1]) {
      const expected = reference.slice(at * steps, (at + 1) * steps);
      expect(farthest(legs[at].losses, expected)).toBeLessThan(tolerance);
    }
    // Numbers in formulas stay as 0-dimensional constants, 64 at most; anything else would be larger.
    const { liveBuffers, liveBytes } = legs[i].left;
    expect(liveBytes).toBe(4 * liveBuffers);
    expect(Math.abs(liveBuffers)).toBeLessThanOrEqual(64);
  });

  it("would be far off without the optimizer's state", async () => {
    const route = [cpu(), cpu()].map((backend) => ["cpu", backend] as const);
    const [, after] = await tour(route, { net, lr, batches, steps, forgetful: true });
    expect(farthest(after.losses, reference.slice(steps, 2 * steps))).toBeGreaterThan(100 * tolerance);
  });

  for (const name of Object.keys(makers).filter((name) => !backends.has(name))) {
    it.skip(`moves to and from ${name}: it is not there on this machine, see above`, () => {});
  }
});

function farthest(losses: readonly number[], expected: readonly number[]): number {
  return Math.max(...losses.map((loss, i) => Math.abs(loss - expected[i])));
}

function mean(losses: readonly number[]): number {
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
