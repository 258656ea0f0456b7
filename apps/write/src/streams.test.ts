import { Generator } from "@nn/tensor";
import { describe, expect, it } from "vitest";
import { ignored, measuringStreams, type TextBatch, trainingStreams } from "./streams.js";

/** Each character is its own place, so that batches show where they were taken from. */
const indices = Int32Array.from({ length: 1000 }, (_, i) => i);

async function read(batch: TextBatch) {
  const [x, y] = [await batch.x.array(), Array.from(await batch.y.data())];
  return { x: x as number[][], y, first: batch.first, counted: batch.counted };
}

async function readAll(batches: AsyncIterable<TextBatch> | Iterable<TextBatch>) {
  const all = [];
  for await (const batch of batches) all.push(await read(batch));
  return all;
}

describe("trainingStreams", () => {
  const part = { from: 100, to: 700 };
  const options = { n: 4, t: 10 };

  it("goes on in each stream where the window before ended, and stays within its part", async () => {
    const batches = await readAll(trainingStreams(indices, part, { ...options, generator: new Generator(1) }));
    expect(batches).toHaveLength(14);
    expect(batches.map(({ first }) => first)).toEqual([true, ...Array(13).fill(false)]);
    for (const [k, { x, y, counted }] of batches.entries()) {
      expect(y).toEqual(x.flat().map((index) => index + 1));
      expect(counted).toBe(40);
      for (const [row, window] of x.entries()) {
        if (k > 0) expect(window[0]).toBe(batches[k - 1]!.x[row]!.at(-1)! + 1);
      }
    }
    const targets = batches.flatMap(({ y }) => y);
    expect(Math.min(...targets)).toBeGreaterThan(part.from);
    expect(Math.max(...targets)).toBeLessThan(part.to);
    expect(new Set(targets).size).toBe(targets.length);
  });

  it("cuts each epoch elsewhere, and goes on from a saved place", async () => {
    const source = trainingStreams(indices, part, { ...options, generator: new Generator(1) });
    const [first, second] = [await readAll(source), await readAll(source)];
    expect(second[0]!.x).not.toEqual(first[0]!.x);

    const stopped = trainingStreams(indices, part, { ...options, generator: new Generator(1) });
    const begun = [];
    for await (const batch of stopped) {
      begun.push(await read(batch));
      if (begun.length === 5) break;
    }
    const other = trainingStreams(indices, part, { ...options, generator: new Generator(2) });
    other.restore!(JSON.parse(JSON.stringify(stopped.state!())));
    expect([...begun, ...(await readAll(other))]).toEqual(first);
    expect(await readAll(other)).toEqual(second);
  });
});

describe("measuringStreams", () => {
  it.each([
    { from: 500, to: 777 },
    { from: 0, to: 90 },
    { from: 990, to: 1000 },
  ])("foretells every character of $from … $to once, from the text before it", async (part) => {
    const batches = await readAll(measuringStreams(indices, part, { n: 7, t: 16, warmUp: 20 }));
    const targets = batches.flatMap(({ y }) => y).filter((target) => target !== ignored);
    const first = Math.max(1, part.from);
    expect(targets.sort((a, b) => a - b)).toEqual(Array.from({ length: part.to - first }, (_, i) => first + i));
    for (const { x, y, counted } of batches) {
      expect(counted).toBe(y.filter((target) => target !== ignored).length);
      for (const [i, target] of y.entries()) if (target !== ignored) expect(x.flat()[i]).toBe(target - 1);
    }
  });
});
