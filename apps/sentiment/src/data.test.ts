import { Generator } from "@nn/tensor";
import { expect, it } from "vitest";
import { foldsOf, readSentences, trainingBatches, vocabularyOf } from "./data.js";
import { wordsOf } from "./words.js";

const sentences = await readSentences(300);

it("reads as many sentences as it is told, half of them praise, a third of each source", async () => {
  expect(sentences).toHaveLength(300);
  const praise = sentences.filter(({ label }) => label === 1).length;
  expect(praise).toBeGreaterThan(120);
  expect(praise).toBeLessThan(180);
  expect(new Set(sentences.map(({ source }) => source)).size).toBe(3);
  expect(sentences.filter(({ source }) => source === "imdb")).toHaveLength(100);
});

it("tests on every sentence once, and never on one that is trained on", () => {
  const folds = foldsOf(sentences, 5, new Generator(3));
  expect(new Set(folds.flatMap(({ rest }) => rest)).size).toBe(300);
  for (const { train, rest } of folds) {
    expect([train.length, rest.length]).toEqual([240, 60]);
    const trained = new Set(train);
    expect(rest.filter((sentence) => trained.has(sentence))).toEqual([]);
    expect(Math.abs(rest.filter(({ label }) => label === 1).length - 30)).toBeLessThan(10);
  }
});

it("knows the words of the training folds and no others", () => {
  const [{ train, rest }] = foldsOf(sentences, 5, new Generator(3)) as [ReturnType<typeof foldsOf>[0]];
  const vocabulary = vocabularyOf(train);
  const trained = new Set(train.flatMap(({ words }) => words));
  expect(new Set(vocabulary.tokens.slice(2))).toEqual(trained);
  const news = rest.flatMap(({ words }) => words).filter((word) => !trained.has(word));
  expect(news.length).toBeGreaterThan(50);
  for (const word of news) expect(vocabulary.indexOf(word)).toBe(vocabulary.indexOf("<unk>"));
});

it("makes words unknown at random, pads behind the end", () => {
  const vocabulary = vocabularyOf(sentences);
  const batches = trainingBatches(sentences, vocabulary, {
    batchSize: 30,
    wordDropout: 0.2,
    generator: new Generator(1),
  });
  let words = 0;
  let unknown = 0;
  for (const batch of batches) {
    const lengths = batch.lengths.dataSync();
    const rows = batch.words.dataSync();
    const t = batch.words.shape[1];
    for (const [i, length] of lengths.entries()) {
      const row = rows.subarray(i * t, i * t + length);
      words += length;
      unknown += row.filter((word) => word === 1).length;
      expect(row.includes(0)).toBe(false);
    }
  }
  expect(words).toBe(sentences.reduce((sum, sentence) => sum + sentence.words.length, 0));
  expect(unknown / words).toBeGreaterThan(0.15);
  expect(unknown / words).toBeLessThan(0.25);
});

it("reads stems, and keeps what was written beside them", () => {
  expect(wordsOf("I wasn't wasting money!")).toEqual({
    words: ["i", "was", "n't", "wast", "money", "!"],
    written: ["I", "was", "n't", "wasting", "money", "!"],
  });
  for (const { words, written } of sentences) expect(written).toHaveLength(words.length);
});
