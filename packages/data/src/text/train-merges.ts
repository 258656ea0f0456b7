/** A piece of text as indices, and how often it comes. */
export interface CountedWord {
  indices: number[];
  readonly count: number;
}

/** One number for two indices. */
export function pairKey(left: number, right: number): number {
  return left * 2 ** 26 + right;
}

/** Joins every such pair, from the left. */
export function mergePair(indices: readonly number[], left: number, right: number, joined: number): number[] {
  const out: number[] = [];
  for (let i = 0; i < indices.length; i++) {
    if (indices[i] === left && indices[i + 1] === right) {
      out.push(joined);
      i++;
    } else out.push(indices[i]!);
  }
  return out;
}

interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Words that may have it. */
  readonly words: Set<CountedWord>;
}

/** The pairs to join, in order: always the most frequent one, as long as it comes twice. Changes the words. */
export function trainMerges(words: readonly CountedWord[], most: number): [number, number][] {
  const pairs = new Map<number, Pair>();
  const count = (word: CountedWord, sign: 1 | -1) => {
    const { indices } = word;
    for (let i = 0; i + 1 < indices.length; i++) {
      const key = pairKey(indices[i]!, indices[i + 1]!);
      let pair = pairs.get(key);
      if (pair === undefined) {
        pair = { left: indices[i]!, right: indices[i + 1]!, count: 0, words: new Set() };
        pairs.set(key, pair);
      }
      pair.count += sign * word.count;
      if (sign === 1) pair.words.add(word);
      if (pair.count === 0) pairs.delete(key);
    }
  };
  for (const word of words) count(word, 1);
  const merges: [number, number][] = [];
  while (merges.length < most) {
    const best = mostFrequent(pairs.values());
    if (best === undefined || best.count < 2) break;
    const joined = 256 + merges.length;
    merges.push([best.left, best.right]);
    // Only words that have the pair count anew.
    for (const word of best.words) {
      count(word, -1);
      word.indices = mergePair(word.indices, best.left, best.right, joined);
      count(word, 1);
    }
  }
  return merges;
}

function mostFrequent(pairs: Iterable<Pair>): Pair | undefined {
  let best: Pair | undefined;
  for (const pair of pairs) {
    if (best === undefined || pair.count > best.count || (pair.count === best.count && before(pair, best))) best = pair;
  }
  return best;
}

function before(a: Pair, b: Pair): boolean {
  return a.left < b.left || (a.left === b.left && a.right < b.right);
}
