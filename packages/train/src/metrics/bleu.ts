import { DataError } from "@nn/tensor";
import type { Metric } from "../metric.js";
import { ngrams, type TextOptions, type Tokenize, textMetric, words } from "./sequences.js";

/**
 * What stands in for a precision of 0 (Chen & Cherry, 2014, as sacreBLEU has them): nothing; a small number of matches
 * ("floor"); one match and one n-gram more from bigrams on ("addOne"); halves for each order without a match ("exp").
 */
export type BleuSmoothing = "none" | "floor" | "addOne" | "exp";

/** How texts are compared. */
export interface BleuOptions<B, R> extends TextOptions<B, R> {
  /** Longest n-grams. Default 4. */
  readonly maxOrder?: number;
  /** Default "none": 0 where no n-gram of some order matches. */
  readonly smoothing?: BleuSmoothing;
  /** Matches that "floor" puts in. Default 0.1. */
  readonly floor?: number;
  /** Cuts texts into words. Default: at white space. */
  readonly tokenize?: Tokenize;
}

/**
 * BLEU of a corpus, from 0 to 1 (Papineni et al., 2002): the geometric mean of the clipped n-gram precisions over all
 * texts, times a penalty where the texts are shorter than the closest references. The state is two numbers and two for
 * each order. For scores that compare with published ones, tokenize as they did (sacreBLEU: "13a").
 *
 * @throws DataError when there are no texts, or as many predictions as references.
 *
 * @example
 * ```ts
 * import { bleu, score } from "@nn/train";
 *
 * const values = {
 *   predictions: ["the cat sat on the mat"],
 *   references: [["the cat sat on a mat", "a cat sat on the mat"]],
 * };
 * (await score(bleu({ maxOrder: 2 }), values)).toFixed(4); // => "0.9129"
 * ```
 */
export function bleu<B = unknown, R = unknown>(options: BleuOptions<B, R> = {}): Metric<B, R> {
  const { floor = 0.1, maxOrder = 4, smoothing = "none", tokenize = words } = options;
  if (!(Number.isInteger(maxOrder) && maxOrder > 0)) throw badOrder(maxOrder);
  return textMetric({
    name: "bleu",
    mode: "max",
    options,
    counts: 2 + 2 * maxOrder,
    count(prediction, references) {
      const own = tokenize(prediction);
      const others = references.map(tokenize);
      const closest = closestLength(
        own.length,
        others.map(({ length }) => length),
      );
      const orders = Array.from({ length: maxOrder }, (_, i) => clippedMatches(own, others, i + 1));
      return [own.length, closest, ...orders.flat()];
    },
    compute: ([length, closest, ...orders]) => bleuOf(length!, closest!, orders, smoothing, floor),
  });
}

function closestLength(length: number, others: readonly number[]): number {
  const far = (other: number) => Math.abs(other - length);
  return others.reduce((best, other) =>
    far(other) < far(best) || (far(other) === far(best) && other < best) ? other : best,
  );
}

type Tokens = ReturnType<Tokenize>;

/** N-grams of one order that a reference has too, each at most as often as there; and all of them. */
function clippedMatches(own: Tokens, others: readonly Tokens[], n: number): [matches: number, total: number] {
  const limits = others.map((other) => ngrams(other, n));
  let matches = 0;
  for (const [gram, count] of ngrams(own, n)) {
    matches += Math.min(count, Math.max(...limits.map((limit) => limit.get(gram) ?? 0)));
  }
  return [matches, Math.max(0, own.length - n + 1)];
}

function bleuOf(length: number, closest: number, orders: readonly number[], smoothing: BleuSmoothing, floor: number) {
  const maxOrder = orders.length / 2;
  if (orders.every((count, i) => i % 2 === 1 || count === 0)) return 0;
  let missed = 1;
  let sum = 0;
  for (let i = 0; i < maxOrder; i++) {
    let matches = orders[2 * i]!;
    let total = orders[2 * i + 1]!;
    if (smoothing === "addOne" && i > 0) {
      matches++;
      total++;
    }
    // Texts shorter than the order have no such n-grams.
    if (total === 0) return 0;
    if (matches === 0) {
      if (smoothing === "exp") missed *= 2;
      matches = smoothing === "exp" ? 1 / missed : smoothing === "floor" ? floor : 0;
    }
    sum += Math.log(matches / total);
  }
  const penalty = length >= closest ? 1 : Math.exp(1 - closest / length);
  return penalty * Math.exp(sum / maxOrder);
}

function badOrder(got: number): DataError {
  return new DataError({
    where: "bleu",
    problem: "maxOrder is not what it should be",
    rows: [
      ["expected", "a positive integer"],
      ["got", String(got)],
    ],
    fix: "leave it out for 4",
  });
}
