import type { Metric } from "../metric.js";
import { ngrams, type Text, type TextOptions, type Token, textMetric } from "./sequences.js";

/** How texts are compared. */
export interface ChrfOptions<B, R> extends TextOptions<B, R> {
  /** Longest character n-grams. Default 6. */
  readonly charOrder?: number;
  /** Longest word n-grams; 2 makes it chrF++. Default 0. */
  readonly wordOrder?: number;
  /** How many times recall counts as much as precision. Default 2. */
  readonly beta?: number;
}

/**
 * chrF of a corpus, from 0 to 1 (Popović, 2015; with `wordOrder: 2` chrF++, 2017): the F-score of the mean precision and
 * the mean recall of character n-grams, white space left out, counted over all texts. Of several references the best one
 * counts. The state is three numbers for each order.
 *
 * @throws DataError when there are no texts, or not as many predictions as references.
 *
 * @example
 * ```ts
 * import { chrf, score } from "@nn/train";
 *
 * await score(chrf(), { predictions: ["the cat"], references: ["the cat"] }); // => 1
 * ```
 */
export function chrf<B = unknown, R = unknown>(options: ChrfOptions<B, R> = {}): Metric<B, R> {
  const { beta = 2, charOrder = 6, wordOrder = 0 } = options;
  return textMetric({
    name: "chrf",
    mode: "max",
    options,
    counts: 3 * (charOrder + wordOrder),
    count(prediction, references) {
      const own = grams(prediction, charOrder, wordOrder);
      const all = references.map((reference) => overlaps(own, grams(reference, charOrder, wordOrder)));
      return all.reduce((best, other) => (fScore(other, beta) > fScore(best, beta) ? other : best));
    },
    compute: (totals) => fScore(totals, beta),
  });
}

type Grams = readonly Map<string, number>[];

function grams(text: Text, charOrder: number, wordOrder: number): Grams {
  const plain = typeof text === "string" ? text : text.join(" ");
  const letters = [...plain.replace(/\s+/gu, "")];
  const separate = plain
    .split(/\s+/u)
    .filter((word) => word !== "")
    .flatMap(withoutPunctuation);
  return [
    ...Array.from({ length: charOrder }, (_, i) => ngrams(letters, i + 1)),
    ...Array.from({ length: wordOrder }, (_, i) => ngrams(separate, i + 1)),
  ];
}

const punctuation = new Set("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~");

/** A mark at the end or the start of a word is a word of its own, as in the paper's program. */
function withoutPunctuation(word: string): Token[] {
  const letters = [...word];
  if (letters.length === 1) return [word];
  if (punctuation.has(letters.at(-1)!)) return [letters.slice(0, -1).join(""), letters.at(-1)!];
  if (punctuation.has(letters[0]!)) return [letters[0]!, letters.slice(1).join("")];
  return [word];
}

/** For each order: n-grams of the prediction, of the reference, and of both. */
function overlaps(own: Grams, others: Grams): number[] {
  return own.flatMap((counts, i) => {
    const other = others[i]!;
    let both = 0;
    for (const [gram, count] of counts) both += Math.min(count, other.get(gram) ?? 0);
    const total = (map: Map<string, number>) => [...map.values()].reduce((sum, count) => sum + count, 0);
    // Without n-grams in the reference there is nothing to be precise about.
    return [total(other) > 0 ? total(counts) : 0, total(other), both];
  });
}

function fScore(totals: readonly number[], beta: number): number {
  let precision = 0;
  let recall = 0;
  let orders = 0;
  for (let i = 0; i < totals.length; i += 3) {
    const [own, other, both] = totals.slice(i, i + 3) as [number, number, number];
    precision += own > 0 ? both / own : 0;
    recall += other > 0 ? both / other : 0;
    // Orders that are longer than the texts do not count.
    if (own > 0 && other > 0) orders++;
  }
  if (orders === 0 || precision + recall === 0) return 0;
  const factor = beta * beta;
  return ((1 + factor) * (precision / orders) * (recall / orders)) / ((factor * precision) / orders + recall / orders);
}
