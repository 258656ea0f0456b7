import type { Part } from "./data.js";

/** How often a context came, and how many characters came after it once, twice, and more often. */
interface Context {
  total: number;
  readonly distinct: [once: number, twice: number, more: number];
}

/** The n-grams of one length. Keys are numbers in the base of the alphabet's size. */
interface Level {
  readonly counts: ReadonlyMap<number, number>;
  readonly contexts: ReadonlyMap<number, Context>;
}

/** What is taken off counts of 1, of 2, and of 3 or more. */
type Discounts = [once: number, twice: number, more: number];

/** What one level knows of one position: the character's count, and its context. */
interface Sight {
  readonly count: number;
  readonly context: Context;
}

/**
 * An interpolated n-gram model of characters with modified Kneser-Ney smoothing (Chen and Goodman, "An Empirical Study
 * of Smoothing Techniques for Language Modeling", 1999): shorter n-grams count how many different characters came
 * before them. The discounts, which weigh the orders, are fitted on a part of its own.
 */
export class NgramModel {
  readonly order: number;
  readonly characters: number;
  /** By length of the n-gram, from 1. */
  readonly #levels: readonly Level[];
  readonly #discounts: readonly Discounts[];

  private constructor(characters: number, levels: readonly Level[]) {
    this.order = levels.length;
    this.characters = characters;
    this.#levels = levels;
    this.#discounts = levels.map(() => [0.7, 1, 1.3]);
  }

  /**
   * Counts a part of a text.
   *
   * @param order length of the longest n-gram, so that `order - 1` characters are looked back at; at most 8, or keys
   * are no exact numbers
   */
  static train(indices: Int32Array, part: Part, { order, characters }: { order: number; characters: number }) {
    const levels: Level[] = [];
    let counts = countGrams(indices, part, order, characters);
    for (let n = order; n >= 1; n--) {
      levels[n - 1] = { counts, contexts: contextsOf(counts, characters) };
      counts = continuations(counts, characters ** (n - 1));
    }
    return new NgramModel(characters, levels);
  }

  /** The probability of the character at a position, given those before it. */
  probability(indices: ArrayLike<number>, position: number): number {
    return this.#combine(this.#look(indices, position));
  }

  /** Mean bits a character of a part. */
  bitsPerCharacter(indices: Int32Array, part: Part): number {
    return this.#bits(this.#lookAll(indices, part));
  }

  /** Fits the discounts, one after the other, so that the part takes the fewest bits. */
  fit(indices: Int32Array, part: Part, rounds = 2): this {
    const sights = this.#lookAll(indices, part);
    for (let round = 0; round < rounds; round++) {
      for (const discounts of this.#discounts) {
        for (const bucket of discounts.keys()) {
          discounts[bucket] = smallest(0, bucket + 1, (value) => {
            discounts[bucket] = value;
            return this.#bits(sights);
          });
        }
      }
    }
    return this;
  }

  #look(indices: ArrayLike<number>, position: number): Sight[] {
    const sights: Sight[] = [];
    let key = 0;
    let scale = 1;
    for (const [n, { counts, contexts }] of this.#levels.entries()) {
      if (n > position) break;
      key += indices[position - n]! * scale;
      scale *= this.characters;
      const context = contexts.get(Math.floor(key / this.characters));
      if (context === undefined) break;
      sights.push({ count: counts.get(key) ?? 0, context });
    }
    return sights;
  }

  #lookAll(indices: Int32Array, { from, to }: Part): Sight[][] {
    return Array.from({ length: to - from }, (_, i) => this.#look(indices, from + i));
  }

  /** From the shortest n-gram to the longest; what is taken off the counts goes to the shorter ones. */
  #combine(sights: readonly Sight[]): number {
    let p = 1 / this.characters;
    for (let n = 0; n < sights.length; n++) {
      const { count, context } = sights[n]!;
      const [once, twice, more] = this.#discounts[n]!;
      const [n1, n2, n3] = context.distinct;
      const off = count === 0 ? 0 : count === 1 ? once : count === 2 ? twice : more;
      p = (count - off + (once * n1 + twice * n2 + more * n3) * p) / context.total;
    }
    return p;
  }

  #bits(all: readonly (readonly Sight[])[]): number {
    let sum = 0;
    for (const sights of all) sum -= Math.log2(this.#combine(sights));
    return sum / all.length;
  }
}

function countGrams(indices: Int32Array, { from, to }: Part, n: number, characters: number): Map<number, number> {
  const counts = new Map<number, number>();
  const modulus = characters ** n;
  let key = 0;
  for (let i = from; i < to; i++) {
    key = (key * characters + indices[i]!) % modulus;
    if (i - from >= n - 1) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** For each n-gram without its first character: how many different first characters there were. */
function continuations(counts: ReadonlyMap<number, number>, modulus: number): Map<number, number> {
  const result = new Map<number, number>();
  for (const key of counts.keys()) result.set(key % modulus, (result.get(key % modulus) ?? 0) + 1);
  return result;
}

function contextsOf(counts: ReadonlyMap<number, number>, characters: number): Map<number, Context> {
  const contexts = new Map<number, Context>();
  for (const [key, count] of counts) {
    const contextKey = Math.floor(key / characters);
    const context = contexts.get(contextKey) ?? { total: 0, distinct: [0, 0, 0] };
    context.total += count;
    context.distinct[Math.min(count, 3) - 1]!++;
    contexts.set(contextKey, context);
  }
  return contexts;
}

/** Where a function with one valley is smallest, by golden section. */
function smallest(low: number, high: number, f: (value: number) => number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [low, high];
  let [c, d] = [b - ratio * (b - a), a + ratio * (b - a)];
  let [atC, atD] = [f(c), f(d)];
  while (b - a > 0.01) {
    if (atC < atD) {
      [b, d, atD] = [d, c, atC];
      c = b - ratio * (b - a);
      atC = f(c);
    } else {
      [a, c, atC] = [c, d, atD];
      d = a + ratio * (b - a);
      atD = f(d);
    }
  }
  return (a + b) / 2;
}
