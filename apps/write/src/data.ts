import { CharacterTokenizer } from "@nn/data";
import { loadMobyDick } from "@nn/data/node";

/** A stretch of a text: from one character to before another. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** A text as indices of characters, cut so that what is measured comes after all that was learned. */
export interface Corpus {
  readonly tokenizer: CharacterTokenizer;
  readonly indices: Int32Array;
  /** The first nine tenths. */
  readonly train: Part;
  /** The next twentieth: settings were chosen on it, and the n-gram's weights are. */
  readonly validation: Part;
  /** The last twentieth: nothing was chosen on it. */
  readonly heldBack: Part;
}

/** Stands for characters that do not come in the training part. */
export const unknown = "\ufffd";

/** The novel, or its beginning for a quick look. */
export async function loadCorpus(characters: number): Promise<Corpus> {
  const { text } = await loadMobyDick({ from: import.meta.url });
  return corpusOf(Array.from(text).slice(0, characters));
}

/** Cuts a text into 90, 5 and 5 %; the alphabet is that of the training part. */
export function corpusOf(characters: readonly string[]): Corpus {
  const cut = (share: number) => Math.round(share * characters.length);
  const train = { from: 0, to: cut(0.9) };
  const learned = characters.slice(train.from, train.to).join("");
  const tokenizer = CharacterTokenizer.train([learned], { specials: [unknown], unknown });
  return {
    tokenizer,
    indices: tokenizer.vocabulary.encode(characters),
    train,
    validation: { from: train.to, to: cut(0.95) },
    heldBack: { from: cut(0.95), to: characters.length },
  };
}
