import { describe, expect, it } from "vitest";
import { defaultGenerator, Generator, manualSeed } from "../index.js";

describe("Generator", () => {
  it("gives the same numbers for the same seed, and others for another", () => {
    const draw = (seed: number) => [...new Generator(seed).bits(8)];
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
    expect(draw(7)).not.toEqual(draw(7 + 2 ** 40));
  });

  it("goes on from a saved state", () => {
    const a = new Generator(1);
    a.bits(10);
    const b = new Generator(2);
    b.restore(JSON.parse(JSON.stringify(a.state())));
    expect([...b.bits(5)]).toEqual([...a.bits(5)]);
  });

  it("splits into streams that depend on the name alone", () => {
    const root = new Generator(1);
    const before = [...root.split("dropout").bits(4)];
    root.bits(100);
    expect([...root.split("dropout").bits(4)]).toEqual(before);
    expect([...root.split("shuffle").bits(4)]).not.toEqual(before);
    expect([...root.split(1).bits(4)]).not.toEqual([...root.split("1").bits(4)]);
    expect([...root.split("ab").bits(4)]).not.toEqual([...root.split("ba").bits(4)]);
  });

  it("permutes evenly", () => {
    const generator = new Generator(5);
    const counts = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
    for (let i = 0; i < 4000; i++) generator.shuffled(4).forEach((value, place) => counts[place]![value]!++);
    for (const count of counts.flat()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  it("draws uniform and normal numbers with the parameters asked for", async () => {
    const generator = new Generator(5);
    const u = await generator.uniform([10_000], { low: -1, high: 3 }).mean().item();
    const n = generator.normal([10_000], { mean: 2, std: 3 });
    expect(u).toBeCloseTo(1, 1);
    expect(await n.mean().item()).toBeCloseTo(2, 0);
    expect(await n.variance().item()).toBeCloseTo(9, 0);
    expect(await generator.bernoulli([10_000], 0.25).mean().item()).toBeCloseTo(0.25, 1);
  });

  it("says what a seed and a probability are", () => {
    expect(() => new Generator(1.5)).toThrow(/seed is not an integer[^]*got\s+1.5/);
    expect(() => new Generator(1).bernoulli([1], 2)).toThrow(/not between 0 and 1/);
    expect(() => new Generator(1).uniform([1], { dtype: "i32" })).toThrow(/need a real dtype/);
  });

  it("manualSeed restarts the default stream", () => {
    manualSeed(9);
    const first = [...defaultGenerator().bits(4)];
    manualSeed(9);
    expect([...defaultGenerator().bits(4)]).toEqual(first);
    manualSeed(0);
  });
});
