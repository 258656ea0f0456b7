import { describe, expect, it } from "vitest";
import { NgramModel } from "./ngram.js";

const text = Array.from(
  "the whale that the men saw was white; the white whale was that which they hated and the sea was wide. ".repeat(4),
);
const alphabet = [...new Set([...text, "?"])];
const indices = Int32Array.from(text, (character) => alphabet.indexOf(character));
const train = { from: 0, to: 300 };
const rest = { from: 300, to: indices.length };

describe("NgramModel", () => {
  it.each([1, 2, 3, 5])("gives probabilities that sum to one, order %i", (order) => {
    const model = NgramModel.train(indices, train, { order, characters: alphabet.length }).fit(indices, rest);
    const unseen = [alphabet.indexOf("w"), alphabet.indexOf("?"), alphabet.indexOf("?")];
    for (const before of [[], [...indices.slice(0, 2)], [...indices.slice(40, 48)], unseen]) {
      const probabilities = alphabet.map((_, next) => model.probability([...before, next], before.length));
      expect(probabilities.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
      expect(Math.min(...probabilities)).toBeGreaterThan(0);
    }
  });

  it("counts single characters, less the discounts, and gives those to all alike", () => {
    const model = NgramModel.train(Int32Array.of(0, 0, 0, 1), { from: 0, to: 4 }, { order: 1, characters: 4 });
    const off = 0.7 + 1.3;
    expect(model.probability([0], 0)).toBeCloseTo((3 - 1.3 + off / 4) / 4, 12);
    expect(model.probability([1], 0)).toBeCloseTo((1 - 0.7 + off / 4) / 4, 12);
    expect(model.probability([3], 0)).toBeCloseTo(off / 4 / 4, 12);
  });

  it("needs fewer bits when it looks further back, and after its discounts were fitted", () => {
    const bits = [1, 2, 3, 5].map((order) => {
      const model = NgramModel.train(indices, train, { order, characters: alphabet.length });
      const before = model.bitsPerCharacter(indices, rest);
      const after = model.fit(indices, rest).bitsPerCharacter(indices, rest);
      expect(after).toBeLessThanOrEqual(before);
      return after;
    });
    expect(bits).toEqual([...bits].sort((a, b) => b - a));
  });

  it("counts nothing outside of its part", () => {
    const other = Int32Array.from(indices, (index, i) => (i < train.to ? index : 0));
    const options = { order: 4, characters: alphabet.length };
    const [one, two] = [indices, other].map((all) =>
      NgramModel.train(all, train, options).bitsPerCharacter(indices, rest),
    );
    expect(one).toBe(two);
  });
});
