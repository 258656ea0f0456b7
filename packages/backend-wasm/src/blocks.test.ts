import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alignment, type Block, Blocks } from "./blocks.js";

const base = 4096;

/** Takes and gives back as told: a number takes so many bytes, its negative gives back a block in use. */
function follow(steps: readonly number[], blocks = new Blocks(base)) {
  const live: Block[] = [];
  let peak = 0;
  let highest = base;
  for (const step of steps) {
    if (step > 0) live.push(blocks.take(step, Infinity)!);
    else if (live.length > 0) blocks.give(live.splice(-step % live.length, 1)[0]);
    peak = Math.max(peak, blocks.used);
    highest = Math.max(highest, blocks.top);
  }
  return { blocks, live, peak, footprint: highest - base };
}

const step = fc.oneof(
  fc.integer({ min: 1, max: 5000 }),
  fc.integer({ min: 1, max: 300_000 }),
  fc.integer({ min: -1000, max: 0 }),
  fc.integer({ min: -1000, max: 0 }),
);

describe("Blocks", () => {
  it("never gives out memory twice", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { live } = follow(steps);
        const sorted = [...live].sort((a, b) => a.pointer - b.pointer);
        sorted.forEach((block, i) => {
          expect(block.pointer % alignment).toBe(0);
          expect(block.pointer).toBeGreaterThanOrEqual(i === 0 ? base : sorted[i - 1].pointer + sorted[i - 1].size);
        });
      }),
    );
  });

  it("joins everything again when all is given back", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const { blocks, live } = follow(steps);
        for (const block of live) blocks.give(block);
        expect(blocks).toMatchObject({ top: base, used: 0 });
      }),
    );
  });

  it("stays within twice the peak of the bytes in use, however sizes change", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 500, maxLength: 3000 }), (steps) => {
        const { peak, footprint } = follow(steps);
        expect(footprint).toBeLessThanOrEqual(2 * peak);
      }),
      { numRuns: 50 },
    );
  });

  it("carves a large free block, and joins neighbours for a larger one", () => {
    const blocks = new Blocks(base);
    const [a, b, c] = [1000, 1000, 64].map((bytes) => blocks.take(bytes, Infinity)!);
    const { top } = blocks;
    blocks.give(a);
    blocks.give(b);
    const whole = blocks.take(2000, Infinity)!;
    expect(whole.pointer).toBe(base);
    blocks.give(whole);
    const parts = [500, 500, 500].map((bytes) => blocks.take(bytes, Infinity)!.pointer);
    expect(Math.max(...parts)).toBeLessThan(c.pointer);
    expect(blocks.top).toBe(top);
  });

  it("takes nothing beyond the limit", () => {
    const blocks = new Blocks(base);
    expect(blocks.take(1024, base + 1023)).toBeNull();
    expect(blocks.take(1024, base + 1024)).not.toBeNull();
  });
});
