import { describe, expect, it } from "vitest";
import { corpusOf, loadCorpus, unknown } from "./data.js";

describe("corpusOf", () => {
  it("cuts without gap and overlap, in the order of the text", () => {
    const { train, validation, heldBack, indices } = corpusOf(Array.from({ length: 1003 }, (_, i) => "abcd"[i % 4]!));
    expect([train.from, validation.from, heldBack.from]).toEqual([0, train.to, validation.to]);
    expect(heldBack.to).toBe(1003);
    expect(indices).toHaveLength(1003);
    expect([train, validation, heldBack].map(({ from, to }) => to - from)).toEqual([903, 50, 50]);
  });

  it("knows only the alphabet of the training part", () => {
    const { tokenizer, indices, heldBack } = corpusOf(Array.from(`${"ab".repeat(475)}${"z".repeat(50)}`));
    expect(tokenizer.vocabulary.tokens).toEqual([unknown, "a", "b"]);
    expect(new Set(indices.slice(heldBack.from))).toEqual(new Set([0]));
  });
});

it("reads the novel", async () => {
  const { tokenizer, indices, train, heldBack } = await loadCorpus(2_000_000);
  expect(indices.length).toBe(1_190_317);
  expect(tokenizer.decode(indices.slice(0, 20))).toBe("CHAPTER 1. Loomings.");
  expect(tokenizer.decode(indices.slice(-8))).toBe(" ago.\n".padStart(8, "rs"));
  expect(indices.slice(heldBack.from)).not.toContain(0);
  expect(train.to / indices.length).toBeCloseTo(0.9, 5);
});
