import { DataError } from "@nn/tensor";
import { checkCount } from "../sampling/checks.js";

/** What goes into a vocabulary. */
export interface VocabularyOptions {
  /** Tokens that come less often are unknown. Default 1. */
  readonly minCount?: number;
  /** Tokens at most, specials included; the most frequent stay. Default: all. */
  readonly maxSize?: number;
  /** Tokens that stand first, whether they come or not. Default `["<pad>", "<unk>"]`, so that padding is 0. */
  readonly specials?: readonly string[];
  /** The special that stands for what is not in the vocabulary. Default `"<unk>"`, if it is a special. */
  readonly unknown?: string;
}

/** A vocabulary as JSON. */
export interface VocabularyState {
  /** By index, specials first. */
  readonly tokens: readonly string[];
  /** How many of them are specials. */
  readonly specials: number;
  readonly unknown?: string;
}

/**
 * Tokens and their indices (torchtext's Vocab): specials first, then by count, equals in alphabetical order.
 *
 * @throws DataError when a token is unknown and no special stands for it.
 *
 * @example
 * ```ts
 * import { Vocabulary } from "@nn/data";
 *
 * const vocabulary = Vocabulary.build([["to", "be", "or", "not", "to", "be"]], { minCount: 2 });
 * vocabulary.tokens; // => ["<pad>", "<unk>", "be", "to"]
 * Array.from(vocabulary.encode(["to", "sleep"])); // => [3, 1]
 * vocabulary.decode([3, 2]); // => ["to", "be"]
 * ```
 */
export class Vocabulary {
  /** By index. */
  readonly tokens: readonly string[];
  /** What stands for other tokens. */
  readonly unknown: string | undefined;
  readonly #indices: ReadonlyMap<string, number>;
  readonly #specials: number;

  /** From what `toJSON` gave; `build` makes one of texts. */
  constructor({ tokens, specials, unknown }: VocabularyState) {
    this.tokens = [...tokens];
    this.#indices = new Map(tokens.map((token, i) => [token, i]));
    this.#specials = specials;
    this.unknown = unknown;
    if (this.#indices.size !== tokens.length) {
      const twice = tokens.find((token, i) => tokens.indexOf(token) !== i)!;
      throw vocabularyError("a token comes twice", JSON.stringify(twice), "pass each token once");
    }
    if (unknown !== undefined && !tokens.slice(0, specials).includes(unknown)) {
      throw vocabularyError("the unknown token is no special", unknown, "put it into specials");
    }
  }

  /** Counts the tokens of lists of tokens. */
  static build(lists: Iterable<Iterable<string>>, options: VocabularyOptions = {}): Vocabulary {
    const { minCount = 1, maxSize = Infinity, specials = ["<pad>", "<unk>"] } = options;
    const unknown = options.unknown ?? (specials.includes("<unk>") ? "<unk>" : undefined);
    checkCount("Vocabulary.build", "minCount", minCount);
    if (maxSize !== Infinity) checkCount("Vocabulary.build", "maxSize", maxSize, specials.length);
    const counts = new Map<string, number>();
    for (const list of lists) for (const token of list) counts.set(token, (counts.get(token) ?? 0) + 1);
    for (const special of specials) counts.delete(special);
    const chosen = [...counts]
      .filter(([, count]) => count >= minCount)
      .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
      .slice(0, maxSize - specials.length)
      .map(([token]) => token);
    return new Vocabulary({ tokens: [...specials, ...chosen], specials: specials.length, unknown });
  }

  /** Number of tokens, specials included: `numEmbeddings` of an embedding. */
  get size(): number {
    return this.tokens.length;
  }

  /** Whether it is one of the tokens. */
  has(token: string): boolean {
    return this.#indices.has(token);
  }

  /** Whether this index is that of a special. */
  isSpecial(index: number): boolean {
    return index < this.#specials;
  }

  /** The index of a token, or of the unknown one. */
  indexOf(token: string): number {
    const index =
      this.#indices.get(token) ?? (this.unknown === undefined ? undefined : this.#indices.get(this.unknown));
    if (index !== undefined) return index;
    const fix = 'build the vocabulary with a special such as "<unk>", or with this token';
    throw vocabularyError("a token is not in the vocabulary", JSON.stringify(token), fix);
  }

  /** The token at an index. */
  tokenAt(index: number): string {
    const token = this.tokens[index];
    if (token !== undefined) return token;
    const fix = "pass indices that this vocabulary gave";
    throw vocabularyError(`there is no such index among ${this.size}`, String(index), fix);
  }

  /** The indices of tokens. */
  encode(tokens: Iterable<string>): Int32Array {
    return Int32Array.from(Array.from(tokens, (token) => this.indexOf(token)));
  }

  /** The tokens at indices. */
  decode(indices: Iterable<number>): string[] {
    return Array.from(indices, (index) => this.tokenAt(index));
  }

  /** For JSON; the constructor takes it. */
  toJSON(): VocabularyState {
    return { tokens: this.tokens, specials: this.#specials, unknown: this.unknown };
  }
}

function vocabularyError(problem: string, got: string, fix: string): DataError {
  return new DataError({ where: "Vocabulary", problem, rows: [["got", got]], fix });
}
