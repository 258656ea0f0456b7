import { withoutSpecials } from "./character-tokenizer.js";
import type { Tokenizer } from "./tokenizer.js";
import { Vocabulary, type VocabularyOptions, type VocabularyState } from "./vocabulary.js";

/** How words are cut and which are known. */
export interface WordTokenizerOptions extends VocabularyOptions {
  /** Default true. */
  readonly lowercase?: boolean;
}

/** A word tokenizer as JSON. */
export interface WordTokenizerState {
  readonly vocabulary: VocabularyState;
  readonly lowercase: boolean;
}

/**
 * One index a word: letters and digits, with apostrophes and hyphens between them; every other mark is a word too. What
 * stood between words is forgotten, so decoded text has one space there.
 *
 * @throws DataError when a word is unknown and no special stands for it.
 *
 * @example
 * ```ts
 * import { WordTokenizer } from "@nn/data";
 *
 * const tokenizer = WordTokenizer.train(["Don't panic!", "Don't run."]);
 * tokenizer.decode(tokenizer.encode("Don't panic.")); // => "don't panic ."
 * Array.from(tokenizer.encode("Stop!")); // => [1, 3]
 * ```
 */
export class WordTokenizer implements Tokenizer {
  readonly vocabulary: Vocabulary;
  readonly lowercase: boolean;

  /** From what `toJSON` gave; `train` makes one of texts. */
  constructor({ vocabulary, lowercase }: { vocabulary: Vocabulary | VocabularyState; lowercase: boolean }) {
    this.vocabulary = vocabulary instanceof Vocabulary ? vocabulary : new Vocabulary(vocabulary);
    this.lowercase = lowercase;
  }

  /** Counts the words of texts. */
  static train(texts: Iterable<string>, options: WordTokenizerOptions = {}): WordTokenizer {
    const { lowercase = true } = options;
    function* lists() {
      for (const text of texts) yield wordsOf(text, lowercase);
    }
    return new WordTokenizer({ vocabulary: Vocabulary.build(lists(), options), lowercase });
  }

  get size(): number {
    return this.vocabulary.size;
  }

  /** The words of a text, before they are looked up. */
  tokenize(text: string): string[] {
    return wordsOf(text, this.lowercase);
  }

  encode(text: string): Int32Array {
    return this.vocabulary.encode(this.tokenize(text));
  }

  /** Specials are left out. */
  decode(indices: Iterable<number>): string {
    return withoutSpecials(this.vocabulary, indices).join(" ");
  }

  /** For JSON; the constructor takes it. */
  toJSON(): WordTokenizerState {
    return { vocabulary: this.vocabulary.toJSON(), lowercase: this.lowercase };
  }
}

const word = /[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*|[^\s\p{L}\p{M}\p{N}]/gu;

function wordsOf(text: string, lowercase: boolean): string[] {
  return (lowercase ? text.toLowerCase() : text).match(word) ?? [];
}
