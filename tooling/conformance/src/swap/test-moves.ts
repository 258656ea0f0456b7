import { expect, it } from "vitest";
import { type Moved, tolerance } from "./moves.js";
import type { Training } from "./trainings.js";

/** Tests of a training that moved along a route; `moved` is there when they run. */
export function itMoved(route: readonly string[], { steps }: Training, moved: () => Moved): void {
  it("learns, so that there is something to compare", () => {
    const { reference, moves } = moved();
    console.log(moves.map(({ from, to, farthest }) => `${from} → ${to} ${farthest.toExponential(0)}`).join(", "));
    expect(mean(reference.slice(-steps))).toBeLessThan(0.9 * mean(reference.slice(0, steps)));
  });

  it.each(route.slice(1).map((to, i) => ({ from: route[i], to, i })))("moves from $from to $to", ({ from, to, i }) => {
    const move = moved().moves[i];
    expect([move.from, move.to]).toEqual([from, to]);
    expect(move.farthest).toBeLessThan(tolerance);
    // Numbers in formulas stay as 0-dimensional constants, 64 at most; anything else would be larger.
    const { liveBuffers, liveBytes } = move.left;
    expect(liveBytes).toBe(4 * liveBuffers);
    expect(Math.abs(liveBuffers)).toBeLessThanOrEqual(64);
  });
}

function mean(losses: readonly number[]): number {
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
