import type { Metric } from "../metric.js";
import { editDistance } from "./edit-distance.js";
import { characters, type TextOptions, type Tokenize, textMetric, words } from "./sequences.js";

/** How texts are compared. */
export interface ErrorRateOptions<B, R> extends TextOptions<B, R> {
  /** Cuts texts into what is counted. */
  readonly tokenize?: Tokenize;
}

/**
 * WER: the edit distances of all texts in words, over the words of the references. 0 is perfect; above 1 is possible. Of
 * several references the closest one counts. Token numbers count as words. The state is two numbers.
 *
 * @throws DataError when there are no texts, or not as many predictions as references.
 *
 * @example
 * ```ts
 * import { score, wordErrorRate } from "@nn/train";
 *
 * await score(wordErrorRate(), { predictions: ["the cat sits"], references: ["the cat sat on"] }); // => 0.5
 * ```
 */
export function wordErrorRate<B = unknown, R = unknown>(options: ErrorRateOptions<B, R> = {}): Metric<B, R> {
  return errorRate("wordErrorRate", options, options.tokenize ?? words);
}

/**
 * CER: the edit distances of all texts in characters, white space included, over the characters of the references.
 * Otherwise as `wordErrorRate`.
 *
 * @throws DataError when there are no texts, or not as many predictions as references.
 *
 * @example
 * ```ts
 * import { charErrorRate, score } from "@nn/train";
 *
 * await score(charErrorRate(), { predictions: ["cut"], references: ["cart"] }); // => 0.5
 * ```
 */
export function charErrorRate<B = unknown, R = unknown>(options: ErrorRateOptions<B, R> = {}): Metric<B, R> {
  return errorRate("charErrorRate", options, options.tokenize ?? characters);
}

function errorRate<B, R>(name: string, options: ErrorRateOptions<B, R>, tokenize: Tokenize): Metric<B, R> {
  return textMetric({
    name,
    mode: "min",
    options,
    counts: 2,
    count(prediction, references) {
      const own = tokenize(prediction);
      const all = references.map((reference) => {
        const other = tokenize(reference);
        return [editDistance(own, other), other.length] as const;
      });
      return all.reduce((best, next) => (next[0] < best[0] ? next : best));
    },
    compute: ([errors, length]) => errors! / length!,
  });
}
