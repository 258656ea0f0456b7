import { describe, expect, it } from "vitest";
import { bernoulliFromBits, normalFromBits, philox4x32, philoxBits, uniformFromBits } from "./philox.js";

describe("philox4x32", () => {
  // Known-answer vectors of Random123 (kat_vectors, philox4x32 with 10 rounds).
  it.each([
    { counter: [0, 0, 0, 0], key: [0, 0], expected: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
    {
      counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      key: [0xffffffff, 0xffffffff],
      expected: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    },
    {
      counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      key: [0xa4093822, 0x299f31d0],
      expected: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    },
  ] as const)("gives the published words for key $key", ({ counter, key, expected }) => {
    expect(philox4x32(counter, key)).toEqual(expected);
  });

  it("makes any part of a stream by itself", () => {
    const whole = philoxBits([1, 2], 0, 64);
    expect(philoxBits([1, 2], 5, 12)).toEqual(whole.subarray(20, 32));
  });

  it("goes on past 2**32 blocks", () => {
    expect([...philoxBits([1, 2], 2 ** 32 + 7, 4)]).toEqual(philox4x32([7, 1, 0, 0], [1, 2]));
  });
});

describe("distributions", () => {
  const bits = philoxBits([42, 0], 0, 100_000);
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;

  it("uniform stays in [0, 1) with mean one half", () => {
    const u = uniformFromBits(bits, new Float64Array(bits.length));
    expect(u.every((value) => value >= 0 && value < 1)).toBe(true);
    expect(mean(u)).toBeCloseTo(0.5, 2);
  });

  it("normal has mean 0 and variance 1", () => {
    const n = normalFromBits(bits, new Float64Array(bits.length));
    expect(mean(n)).toBeCloseTo(0, 2);
    expect(mean(n.map((value) => value * value))).toBeCloseTo(1, 1);
  });

  it("bernoulli hits its probability, and 0 and 1 exactly", () => {
    expect(mean(bernoulliFromBits(bits, 0.3, new Float64Array(bits.length)))).toBeCloseTo(0.3, 2);
    expect(mean(bernoulliFromBits(bits, 0, new Float64Array(bits.length)))).toBe(0);
    expect(mean(bernoulliFromBits(bits, 1, new Float64Array(bits.length)))).toBe(1);
  });

  it("bernoulli compares words with the probability, at the ends of their range too", () => {
    const words = Uint32Array.of(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 1);
    for (const p of [0, 2 ** -32, 2 ** -33, 0.5, 0.5 + 2 ** -32, 0.75, 1 - 2 ** -32, 1 - 2 ** -33, 1]) {
      const expected = Float64Array.from(words, (word) => (word < p * 2 ** 32 ? 1 : 0));
      expect(bernoulliFromBits(words, p, new Float64Array(words.length)), `p = ${p}`).toEqual(expected);
    }
  });
});
