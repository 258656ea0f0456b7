import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  BytePairTokenizer,
  bucketBatchSampler,
  CharacterTokenizer,
  DataLoader,
  type Dataset,
  padSequences,
  Vocabulary,
  WordTokenizer,
} from "../index.js";

const runs = { numRuns: 100, seed: 7 };
const text = fc.string({ unit: "grapheme", maxLength: 60 });
const json = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

describe("Vocabulary", () => {
  const lists = [
    ["b", "a", "c"],
    ["b", "a"],
    ["b", "<pad>"],
  ];
  test("goes by count, then by the alphabet, specials first", () => {
    expect(Vocabulary.build(lists).tokens).toEqual(["<pad>", "<unk>", "b", "a", "c"]);
    expect(Vocabulary.build(lists, { minCount: 2 }).tokens).toEqual(["<pad>", "<unk>", "b", "a"]);
    expect(Vocabulary.build(lists, { maxSize: 3 }).tokens).toEqual(["<pad>", "<unk>", "b"]);
    expect(Vocabulary.build([["y", "x"]], { specials: [] }).tokens).toEqual(["x", "y"]);
  });
  test("has an index for what it does not know, if it may", () => {
    expect([...Vocabulary.build(lists).encode(["c", "z", "constructor"])]).toEqual([4, 1, 1]);
    const strict = Vocabulary.build(lists, { specials: ["<eos>"] });
    expect(() => strict.indexOf("z")).toThrow(/not in the vocabulary[^]*"z"[^]*<unk>/);
    expect(Vocabulary.build(lists, { specials: ["?"], unknown: "?" }).indexOf("z")).toBe(0);
  });
  test("survives JSON", () => {
    const vocabulary = Vocabulary.build(lists);
    const loaded = new Vocabulary(json(vocabulary.toJSON()));
    expect(loaded.tokens).toEqual(vocabulary.tokens);
    expect([loaded.indexOf("z"), loaded.isSpecial(1), loaded.isSpecial(2)]).toEqual([1, true, false]);
  });
  test.each<[string, () => unknown, RegExp]>([
    ["doubles", () => new Vocabulary({ tokens: ["a", "a"], specials: 0 }), /comes twice[^]*"a"/],
    ["an unknown that is none", () => Vocabulary.build([], { unknown: "?" }), /unknown token is no special/],
    ["less than its specials", () => Vocabulary.build([], { maxSize: 1 }), /maxSize is no integer from 2/],
    ["an index of another one", () => Vocabulary.build([]).tokenAt(2), /no such index among 2[^]*2/],
  ])("refuses %s", (_, make, message) => expect(make).toThrow(message));
});

describe("CharacterTokenizer", () => {
  test("gives every text back that it was trained on", () => {
    fc.assert(
      fc.property(text, (sample) => {
        const tokenizer = CharacterTokenizer.train([sample]);
        const loaded = new CharacterTokenizer(json(tokenizer.toJSON()));
        expect(loaded.decode(tokenizer.encode(sample))).toBe(sample);
        expect(tokenizer.encode(sample).length).toBe([...sample].length);
      }),
      runs,
    );
  });
  test("leaves padding out", () => {
    expect(CharacterTokenizer.train(["ab"]).decode([0, 2, 3, 0])).toBe("ab");
  });
});

describe("WordTokenizer", () => {
  test("cuts words, numbers and marks", () => {
    const { tokenizer } = { tokenizer: WordTokenizer.train([""], { lowercase: false }) };
    expect(tokenizer.tokenize("L'été’s well-known 3.5% — naïve?")).toEqual([
      "L'été’s",
      "well-known",
      "3",
      ".",
      "5",
      "%",
      "—",
      "naïve",
      "?",
    ]);
  });
  test("gives words back that it was trained on, one space between", () => {
    const words = fc.array(fc.stringMatching(/^[a-zäß0-9]{1,6}$/), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(words, (list) => {
        const sample = list.join("  ");
        const tokenizer = new WordTokenizer(json(WordTokenizer.train([sample]).toJSON()));
        expect(tokenizer.decode(tokenizer.encode(sample))).toBe(list.join(" "));
      }),
      runs,
    );
  });
});

/** The definition, counted anew for every merge, on strings. */
function naiveMerges(pieces: readonly string[], most: number): string[] {
  let words = pieces.map((piece) => [...new TextEncoder().encode(piece)].map((byte) => [byte]));
  const order = new Map(Array.from({ length: 256 }, (_, byte) => [String([byte]), byte]));
  const merges: string[] = [];
  while (merges.length < most) {
    const counts = new Map<string, { count: number; left: number[]; right: number[] }>();
    for (const word of words) {
      for (let i = 0; i + 1 < word.length; i++) {
        const [left, right] = [word[i]!, word[i + 1]!];
        const key = `${left}|${right}`;
        counts.set(key, { count: (counts.get(key)?.count ?? 0) + 1, left, right });
      }
    }
    const rank = (token: number[]) => order.get(String(token))!;
    const [best] = [...counts.values()].sort(
      (a, b) => b.count - a.count || rank(a.left) - rank(b.left) || rank(a.right) - rank(b.right),
    );
    if (best === undefined || best.count < 2) break;
    const joined = [...best.left, ...best.right];
    // Two merges may give the same bytes; then the walk below could not tell them apart.
    if (order.has(String(joined))) return merges;
    order.set(String(joined), 256 + merges.length);
    merges.push(`${rank(best.left)} ${rank(best.right)}`);
    words = words.map((word) => {
      const out: number[][] = [];
      for (let i = 0; i < word.length; i++) {
        const pair = String(word[i]) === String(best.left) && String(word[i + 1]) === String(best.right);
        out.push(pair ? joined : word[i]!);
        if (pair) i++;
      }
      return out;
    });
  }
  return merges;
}

describe("BytePairTokenizer", () => {
  const corpus = ["the cat sat on the mat. the dog's cat ate 12 hats", "that hat is the cat's hat — über"];
  const tokenizer = BytePairTokenizer.train(corpus, { vocabularySize: 300, specials: ["<pad>", "<eos>"] });

  test("gives any text back, whatever it was trained on", () => {
    fc.assert(
      fc.property(text, fc.array(text, { maxLength: 3 }), fc.integer({ min: 256, max: 300 }), (sample, texts, size) => {
        const trained = BytePairTokenizer.train(texts, { vocabularySize: size });
        const loaded = new BytePairTokenizer(json(trained.toJSON()));
        const indices = trained.encode(sample);
        expect(loaded.decode(indices)).toBe(sample);
        expect(loaded.encode(sample)).toEqual(indices);
        expect(indices.every((index) => index >= 0 && index < trained.size)).toBe(true);
      }),
      runs,
    );
  });
  test("learns what the definition says", () => {
    const words = fc.array(fc.stringMatching(/^[abc]{1,8}$/), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(words, (list) => {
        const { merges } = BytePairTokenizer.train([list.join(" ")], { vocabularySize: 256 + 10 }).toJSON();
        const expected = naiveMerges(
          list.map((word, i) => (i === 0 ? word : ` ${word}`)),
          10,
        );
        expect(merges.slice(0, expected.length).map((pair) => pair.join(" "))).toEqual(expected);
      }),
      runs,
    );
  });
  test("joins what comes often, never across words", () => {
    expect(tokenizer.tokens(tokenizer.encode("the hat"))).toEqual(["the", " hat"]);
    expect(tokenizer.encode("the cat").length).toBeLessThan("the cat".length);
    expect(tokenizer.tokens(tokenizer.encode("catthe the")).at(-1)).toBe(" the");
  });
  test("has indices for specials that no text gives", () => {
    expect([tokenizer.indexOf("<pad>"), tokenizer.indexOf("<eos>")]).toEqual([tokenizer.size - 2, tokenizer.size - 1]);
    expect(tokenizer.encode("<eos>")).not.toContain(tokenizer.indexOf("<eos>"));
    expect(tokenizer.decode([...tokenizer.encode("cat"), tokenizer.indexOf("<eos>")])).toBe("cat");
    expect(tokenizer.tokens([tokenizer.indexOf("<eos>")])).toEqual(["<eos>"]);
  });
  test("keeps a byte order mark, and shows bytes that are no text", () => {
    expect(tokenizer.decode(tokenizer.encode("\uFEFFa"))).toBe("\uFEFFa");
    expect(tokenizer.decode([0xff])).toBe("\uFFFD");
  });
  test("takes a very long word", () => {
    const long = "ab".repeat(50_000);
    expect(tokenizer.decode(tokenizer.encode(long))).toBe(long);
  });
  test.each<[string, () => unknown, RegExp]>([
    ["a small vocabulary", () => BytePairTokenizer.train([], { vocabularySize: 255 }), /no integer from 256/],
    ["no such special", () => tokenizer.indexOf("<bos>"), /no such special[^]*<pad>, <eos>/],
    ["no such index", () => tokenizer.decode([9999]), /no such index[^]*got 9999/],
    ["a merge of nothing", () => new BytePairTokenizer({ merges: [[256, 1]], specials: [] }), /does not exist yet/],
  ])("refuses %s", (_, make, message) => expect(make).toThrow(message));
});

describe("padSequences", () => {
  test("gives back what goes in, with its lengths and mask", () => {
    const lists = fc.array(fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 8 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(lists, fc.constantFrom("left", "right"), (sequences, side) => {
        const { sequences: out, lengths, mask } = padSequences(sequences, { side: side as "left", value: 77 });
        const [n, width] = out.shape as [number, number];
        expect([n, [...lengths.data]]).toEqual([sequences.length, sequences.map((list) => list.length)]);
        for (const [i, list] of sequences.entries()) {
          const row = [...out.data.subarray(i * width, (i + 1) * width)];
          const here = [...mask.data.subarray(i * width, (i + 1) * width)];
          expect(row.filter((_, t) => here[t] === 1)).toEqual(list);
          expect(row.filter((_, t) => here[t] === 0)).toEqual(new Array(width - list.length).fill(77));
        }
      }),
      runs,
    );
  });
  test("cuts at either end", () => {
    expect([...padSequences([[1, 2, 3]], { maxLength: 2 }).sequences.data]).toEqual([1, 2]);
    expect([...padSequences([[1, 2, 3]], { maxLength: 2, truncate: "left" }).sequences.data]).toEqual([2, 3]);
  });
  test("of vectors", () => {
    const { sequences } = padSequences([
      { data: Float32Array.of(1, 2), shape: [1, 2] },
      { data: Float32Array.of(3, 4, 5, 6), shape: [2, 2] },
    ]);
    expect(sequences).toEqual({ data: new Float32Array([1, 2, 0, 0, 3, 4, 5, 6]), shape: [2, 2, 2], dtype: "f32" });
  });
  test.each<[string, () => unknown, RegExp]>([
    ["nothing", () => padSequences([]), /no sequence/],
    ["other dtypes", () => padSequences([[1], new Float32Array(1)]), /sequences\[1\] differs[^]*i32[^]*f32/],
  ])("refuses %s", (_, make, message) => expect(make).toThrow(message));
  test("collates a loader's batches of about one length", () => {
    const words = "a bb ccc dddd e ff ggg hhhh".split(" ");
    const tokenizer = CharacterTokenizer.train(words);
    const dataset: Dataset<Int32Array> = { length: words.length, get: (i) => tokenizer.encode(words[i]!) };
    const lengths = words.map((word) => word.length);
    const loader = new DataLoader(dataset, {
      batchSampler: bucketBatchSampler(lengths, { batchSize: 2 }),
      seed: 0,
      collate: (samples) => ({ ...padSequences(samples) }),
    });
    let padding = 0;
    for (const { sequences, mask } of loader) {
      expect([sequences.dtype, mask.dtype]).toEqual(["i32", "bool"]);
      padding += mask.dataSync().filter((value) => value === 0).length;
    }
    expect(padding).toBe(0);
  });
});
