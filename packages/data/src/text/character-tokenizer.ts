import type { Tokenizer } from "./tokenizer.js";
import { Vocabulary, type VocabularyOptions, type VocabularyState } from "./vocabulary.js";

/**
 * One index a character (code point). Characters that were not in the training text are unknown.
 *
 * @throws DataError when a character is unknown and no special stands for it.
 *
 * @example
 * ```ts
 * import { CharacterTokenizer } from "@nn/data";
 *
 * const tokenizer = CharacterTokenizer.train(["abba"], { specials: [] });
 * Array.from(tokenizer.encode("baa")); // => [1, 0, 0]
 * tokenizer.decode([0, 1]); // => "ab"
 * const saved = JSON.stringify(tokenizer);
 * new CharacterTokenizer(JSON.parse(saved)).size; // => 2
 * ```
 */
export class CharacterTokenizer implements Tokenizer {
  readonly vocabulary: Vocabulary;

  /** From what `toJSON` gave, or from a vocabulary of characters; `train` makes one of texts. */
  constructor(vocabulary: Vocabulary | VocabularyState) {
    this.vocabulary = vocabulary instanceof Vocabulary ? vocabulary : new Vocabulary(vocabulary);
  }

  /** Takes the characters of texts. */
  static train(texts: Iterable<string>, options: VocabularyOptions = {}): CharacterTokenizer {
    return new CharacterTokenizer(Vocabulary.build(texts, options));
  }

  get size(): number {
    return this.vocabulary.size;
  }

  encode(text: string): Int32Array {
    return this.vocabulary.encode(text);
  }

  /** Specials are left out. */
  decode(indices: Iterable<number>): string {
    return withoutSpecials(this.vocabulary, indices).join("");
  }

  /** For JSON; the constructor takes it. */
  toJSON(): VocabularyState {
    return this.vocabulary.toJSON();
  }
}

/** The tokens at indices, but for padding and the like. */
export function withoutSpecials(vocabulary: Vocabulary, indices: Iterable<number>): string[] {
  return vocabulary.decode(Array.from(indices).filter((index) => !vocabulary.isSpecial(index)));
}
