import type { Backend } from "@nn/backend";
import { cpu } from "@nn/backend-cpu";
import { gpu } from "@nn/backend-gpu";
import { wasm } from "@nn/backend-wasm";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { noHeadlessGL, onHeadlessGL } from "./gpu-headlessgl-process.js";
import { loadBatches } from "./swap/batches.js";
import { farthest, type Moved, movesAlong, tolerance } from "./swap/moves.js";
import { everyOrderedPair, thereAndBack } from "./swap/routes.js";
import { itMoved } from "./swap/test-moves.js";
import { type Batch, tour } from "./swap/tour.js";
import { trainings } from "./swap/trainings.js";

// One training goes from backend to backend until it has moved once from each to each other one, with model and
// optimizer, and never notices: its losses are those of a training that stays on the oracle. What runs on WebGL lives
// elsewhere: headless-gl in a process of its own, here; webgl2 with all others on a page, in tooling/browser.

const makers: Readonly<Record<string, () => Backend | Promise<Backend>>> = {
  cpu,
  wasm: () => wasm({ threads: 1 }),
  webgpu: () => gpu({ prefer: "webgpu" }),
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

describe.each(trainings)("$title in training", { timeout: 300_000 }, (training) => {
  const route = everyOrderedPair([...backends.keys()]);
  let batches: Batch[];
  let moved: Moved;
  beforeAll(async () => {
    batches = await loadBatches();
    moved = await movesAlong(
      route.map((name) => [name, backends.get(name)!] as const),
      training,
      batches,
    );
  }, 300_000);

  itMoved(route, training, () => moved);

  it("would be far off without the optimizer's state", async () => {
    const there = [cpu(), cpu()].map((backend) => ["cpu", backend] as const);
    const [, after] = await tour(there, { ...training, batches, forgetful: true });
    const expected = moved.reference.slice(training.steps, 2 * training.steps);
    expect(farthest(after.losses, expected)).toBeGreaterThan(100 * tolerance);
  });

  for (const name of Object.keys(makers).filter((name) => !backends.has(name))) {
    it.skip(`moves to and from ${name}: it is not there on this machine, see above`, () => {});
  }
});

describe.skipIf(noHeadlessGL !== undefined)("on headless-gl", () => {
  let moved: Readonly<Record<string, Moved>>;
  beforeAll(async () => {
    moved = await onHeadlessGL("swap");
  }, 600_000);

  describe.each(trainings)("$title in training", (training) => {
    itMoved(thereAndBack("headlessgl", ["cpu", "wasm"]), training, () => moved[training.title]);
  });
});
